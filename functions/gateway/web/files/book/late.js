// The time to pay is over: what became of the money, as far as it is known.

import { html, useEffect, useState } from "../base/preact.js";
import { call } from "../base/api.js";
import * as words from "../base/words.js";
import { text } from "./texts.js";

const OFTEN = 3000;
// A bank may tell of a payment after a while; then we look less often.
const OPEN = new Set(["creating", "pending", "review"]);

export function TooLate({ booking, token, onAnother }) {
  const payments = usePayments(booking, token);
  return html`<section class="panel stack" role="alert">
    <p><b>${text("lateLead")}</b></p>
    <p>${payments ? moneyOf(booking, payments) : text("lateAsking")}</p>
    <div><button type="button" class="main" onClick=${onAnother}>${text("another")}</button></div>
  </section>`;
}

// Money that came too late buys the time all the same if nobody else has taken it; the booking is confirmed then.
function moneyOf(booking, payments) {
  const money = (amount) => words.money({ ...booking.total, amount });
  const sum = (name) => payments.reduce((all, each) => all + (each[name]?.amount || 0), 0);
  const [taken, back] = [sum("taken"), Math.max(sum("refunded"), booking.refunded.amount)];
  if (taken && back >= taken) return text("lateReturned", { price: money(back) });
  if (taken && booking.refund_due.amount) return text("lateReturns", { price: money(booking.refund_due.amount) });
  if (taken) return text("lateChecking", { price: money(taken) });
  return text(payments.some(({ status }) => OPEN.has(status)) ? "lateOpen" : "lateNothing");
}

function usePayments(booking, token) {
  const [payments, setPayments] = useState(null);
  useEffect(() => {
    const ask = async () => {
      try {
        setPayments((await call("GET", "v1/payments", { token, query: { booking_id: booking.id } })).data);
      } catch (error) {
        if (error.status === 401 || error.status === 403) clearInterval(timer);
      }
    };
    const timer = setInterval(ask, OFTEN);
    ask();
    return () => clearInterval(timer);
  }, [booking.id]);
  return payments;
}
