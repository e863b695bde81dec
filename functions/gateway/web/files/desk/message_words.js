// What channels, messages and the reasons of providers are called. One that this page does not know yet is called as the
// API calls it.

import { text } from "./texts.js";

const known = (say, otherwise) => {
  try {
    return say();
  } catch {
    return otherwise;
  }
};

export const channelOf = (channel) => known(() => text(`channel_${channel}`), channel);
export const nameOf = (template) => known(() => text(`message_${template}`), template);

// The codes of providers, by what staff can do about them; docs/messages.md has whose they are.
const MEANINGS = {
  no_such: /^(smsru_(202|214)|smsc_7|smsaero_number|smtp_(recipient|mail|data)_(550|551|553)|sns_Invalid.*|ses_BadRequestException)$/,
  stop_list: /^(smsru_209|sns_OptedOut)$/,
  text: /^(smsru_(203|205|216)|smsc_6|smsaero_(length|reject)|ses_MessageRejected)$/,
  no_route: /^(smsru_(150|207)|smsc_(8|status_(22|23|24))|smsru_105)$/,
  limit: /^smsru_(206|230|231|232|233)$/,
  money: /^(smsru_201|smsc_3|smsaero_no_credits)$/,
  key: /^(smsru_(200|300|301|302)|smsc_2|smtp_(535|530|534)|push_(401|403))$/,
  late: /^(smsru_104|smsc_status_3)$/,
  phone: /^(smsru_(106|107|108)|smsc_status_(20|25)|smsaero_status_(2|6))$/,
  full: /^smtp_(recipient|mail|data)_(452|552)$/,
  silent: /_(no_word|unknown_id|cannot_tell)$/,
  down: /^(smsru_(220|500)|smsc_9|smsaero_refused|smtp_(4\d\d|[A-Z]\w+)|(smtp_\w+_4(?!52)\d\d)|push_(429|5\d\d|no_answer|unreadable))$/,
  browser: /^push_(gone|keys)$/,
};

export function reasonOf(reason) {
  const meant = Object.keys(MEANINGS).find((name) => MEANINGS[name].test(reason));
  if (meant) return text("because", { why: text(`why_${meant}`), reason });
  return known(() => text(`unsent_${reason}`), text("unsentOther", { reason }));
}
