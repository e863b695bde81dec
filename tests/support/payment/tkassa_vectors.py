"""The bank's own examples of T-Kassa's token: messages, with their passwords and tokens."""

REQUEST = {
    "TerminalKey": "MerchantTerminalKey",
    "Amount": 19200,
    "OrderId": "21090",
    "Description": "Подарочная карта на 1000 рублей",
}
NOTIFICATION = {
    "TerminalKey": "1321054611234DEMO",
    "OrderId": "201709",
    "Success": True,
    "Status": "AUTHORIZED",
    "PaymentId": 8742591,
    "ErrorCode": "0",
    "Amount": 9855,
    "CardId": 322264,
    "Pan": "430000******0777",
    "ExpDate": "1122",
    "RebillId": 101709,
}
SIGNED = (
    (REQUEST, "usaf8fw8fsw21g", "0024a00af7c350a3a67ca168ce06502aa72772456662e38696d48b56ee9c97d9"),
    (NOTIFICATION, "Dfsfh56dgKl", "b906d28e76c6428e37b25fcf86c0adc52c63d503013fdd632e300593d165766b"),
)
