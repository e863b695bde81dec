// Companies: invoices for their visits, what the bank says they paid, acts.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Bank } from "./bank.js";
import { Deed } from "./deed.js";
import { Save } from "./files.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

const PDF = "application/pdf";

export function Companies({ session, today, say }) {
  const [round, setRound] = useState(0);
  const done = (said = text("done")) => {
    say(said);
    setRound((last) => last + 1);
  };
  const tools = { session, today, round, done };
  return html`<div class="bar"><h1>${text("view_companies")}</h1></div>
    <div class="columns"><div class="stack"><${NewInvoice} ...${tools} /><${Bank} ...${tools} /></div><${Invoices} ...${tools} /></div>`;
}

function NewInvoice({ session, today, round, done }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/companies", { query: { limit: 100 } }), [round]);
  const company = [
    { name: "name", label: text("companyName"), required: true, maxlength: 200 },
    { name: "inn", label: text("inn"), required: true, inputmode: "numeric", maxlength: 12 },
    { name: "kpp", label: text("kpp"), inputmode: "numeric", maxlength: 9 },
    { name: "address", label: text("address"), maxlength: 300 },
  ];
  return html`<section class="panel stack"><h2>${text("newInvoice")}</h2>${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${answer?.data.length > 0 && html`<${Invoicing} key=${round} session=${session} companies=${answer.data} today=${today} done=${done} />`}
    <details><summary>${text("newCompany")}</summary>
      <${Deed} key=${round} session=${session} path="v1/companies" fields=${company} label=${text("addCompany")} onDone=${() => done()} /></details></section>`;
}

// Bookings are said by their numbers; each is looked up before the invoice is made.
function Invoicing({ session, companies, today, done }) {
  const [bookings, setBookings] = useState([]);
  const [problem, setProblem] = useState(null);
  async function add(event) {
    event.preventDefault();
    const form = event.target;
    setProblem(null);
    try {
      const found = await session.call("GET", "v1/bookings", { query: { number: new FormData(form).get("number").trim() } });
      if (!found.data.length) throw new Error(text("noSuchBooking"));
      setBookings((last) => [...last.filter(({ id }) => id !== found.data[0].id), found.data[0]]);
      form.reset();
    } catch (refusal) {
      setProblem(refusal);
    }
  }
  const fields = [
    { name: "company_id", label: text("company"), value: companies[0].id, options: companies.map(({ id, name, inn }) => [id, `${name}, ${inn}`]) },
    { name: "due", type: "date", label: text("dueDay"), value: today, required: true },
    { name: "comment", label: text("comment"), maxlength: 500 },
  ];
  return html`<form class="row" onSubmit=${add}><label class="field wide"><span>${text("bookingNumber")}</span><input name="number" required maxlength="20" autocomplete="off" /></label>
      <button class="low">${text("addBooking")}</button></form>
    ${problem && html`<${Failed} problem=${problem} />`}
    <ul class="plain-list">${bookings.map((each) => html`<li key=${each.id}><b>${each.number}</b> ${words.shortDay(each.start.slice(0, 10))}, ${each.hall_name} · ${words.money(each.total)}</li>`)}</ul>
    ${bookings.length > 0 && html`<${Deed} plain session=${session} path="v1/invoices" fields=${fields} label=${text("makeInvoice")} onDone=${(invoice) => done(text("invoiceMade", { number: invoice.number }))}
      body=${(said) => ({ ...said, booking_ids: bookings.map(({ id }) => id) })} />`}`;
}

function Invoices({ session, round, done }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/invoices", { query: { limit: 30 } }), [round]);
  return html`<section class="panel stack"><h2>${text("invoices")}</h2>${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${answer && !answer.data.length && html`<p class="dim">${text("noInvoices")}</p>`}
    ${answer?.data.map((invoice) => html`<${Invoice} key=${invoice.id} session=${session} invoice=${invoice} done=${done} />`)}</section>`;
}

function Invoice({ session, invoice, done }) {
  const path = `v1/invoices/${invoice.id}`;
  const open = !["paid", "void"].includes(invoice.status);
  const reason = [{ name: "reason", label: text("reason"), required: true, missing: text("reasonNeeded"), maxlength: 500 }];
  return html`<details class="invoice"><summary><b>${invoice.number}</b> ${invoice.buyer.name} · ${words.money(invoice.total)} · <span class=${invoice.overdue ? "bad" : "dim"}>${text(`invoice_${invoice.status}`)}</span></summary>
    <div class="stack"><ul class="plain-list small">${invoice.lines.map((line, index) => html`<li key=${index}>${line.name} · ${words.money(line.amount)}</li>`)}</ul>
      ${invoice.left?.amount > 0 && html`<p>${text("leftToPay", { price: words.money(invoice.left) })}</p>`}
      <div class="actions"><${Save} session=${session} path=${`${path}/pdf`} type=${PDF} name=${`${invoice.number}.pdf`} label=${text("invoicePdf")} /></div>
      ${open && html`<${Deed} plain session=${session} path=${`${path}/payments`} label=${text("invoicePaid")} onDone=${() => done()} />`}
      ${invoice.status !== "void" && html`<${Acts} session=${session} invoice=${invoice} done=${done} />`}
      ${open && html`<details><summary>${text("voidInvoice")}</summary><${Deed} session=${session} path=${`${path}/void`} fields=${reason} label=${text("voidDo")} onDone=${() => done()} /></details>`}</div></details>`;
}

function Acts({ session, invoice, done }) {
  const [{ answer }, again] = useAnswer(() => session.call("GET", "v1/acts", { query: { invoice_id: invoice.id } }), [invoice.id]);
  const made = answer?.data.filter(({ status }) => status !== "void") || [];
  const finish = (act) => {
    again();
    done(text("actMade", { number: act.number }));
  };
  if (made.length) return made.map((act) => html`<div class="actions" key=${act.id}><${Save} session=${session} path=${`v1/acts/${act.id}/pdf`} type=${PDF} name=${`${act.number}.pdf`} label=${text("actPdf", { number: act.number })} /></div>`);
  return answer ? html`<${Deed} plain session=${session} path=${`v1/invoices/${invoice.id}/acts`} label=${text("makeAct")} onDone=${finish} />` : null;
}
