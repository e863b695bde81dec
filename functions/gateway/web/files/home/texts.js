import { speaker } from "../base/words.js";

export const text = speaker({
  ru: {
    lead: "Запись в фотостудию: свободное время, цены, оплата и стойка администратора.",
    book: "Забронировать зал",
    bookMore: "Выбрать время, узнать цену и оплатить",
    desk: "Для сотрудников",
    deskMore: "Кто и когда придёт, брони, деньги, касса",
    docs: "Документация API",
    docsMore: "Все запросы, для сайтов и программ",
    trace: "Что произошло с бронью",
    traceMore: "События по номеру брони, для сотрудников",
    other: "In English",
  },
  en: {
    lead: "Booking a photo studio: free time, prices, payment, and the front desk.",
    book: "Book a hall",
    bookMore: "Choose a time, see the price and pay",
    desk: "For staff",
    deskMore: "Who comes when, bookings, money, the till",
    docs: "API documentation",
    docsMore: "Every request, for sites and programs",
    trace: "What became of a booking",
    traceMore: "Events by a booking's number, for staff",
    other: "По-русски",
  },
});
