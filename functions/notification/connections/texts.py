"""What the bot says of connecting."""

from shared_schemas.errors import Text

CONNECTED = Text(
    "Done: news of your bookings comes here. /stop ends that.",
    "Готово: сообщения о ваших бронированиях будут приходить сюда. Чтобы их не получать, отправьте /stop.",
)
TOO_OLD = Text(
    "This link was used already, or is too old. Open it again from your booking, or show your phone number.",
    "Эта ссылка уже сработала или устарела. Откройте её заново со страницы брони или покажите свой номер телефона.",
)
ASKING = Text(
    "To get news of your bookings here, show the phone number that you booked with, or open the link on the "
    "page of your booking.",
    "Чтобы получать здесь сообщения о бронированиях, покажите номер, с которым бронировали, или откройте ссылку со "
    "страницы брони.",
)
UNKNOWN = Text(
    "Nobody has booked with this number. Open the link on the page of your booking.",
    "С этим номером никто не бронировал. Откройте ссылку со страницы брони.",
)
NOT_YOURS = Text(
    "Only your own number counts: press the button below.",
    "Подходит только ваш собственный номер: нажмите кнопку ниже.",
)
STOPPED = Text(
    "Nothing more comes here. To get messages again, open the link on the page of your booking.",
    "Сообщений больше не будет. Чтобы получать их снова, откройте ссылку со страницы брони.",
)
LATER = Text("That did not work just now. Please try again later.", "Сейчас не получилось. Попробуйте позже.")
BUTTON = Text("Show my number", "Показать мой номер")
