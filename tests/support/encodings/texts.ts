interface LanguageTexts {
  /** Encodings in which this language is written, besides Unicode. */
  encodings: readonly string[];
  /** Lines of tables, a few words long. */
  rows: readonly string[];
  prose: readonly string[];
}

/** Prose and table fields of people's files, by language. */
export const TEXTS: Readonly<Record<string, LanguageTexts>> = {
  German: {
    encodings: ['windows-1252', 'iso-8859-15', 'macintosh'],
    rows: ['Größe;5', 'Straße;Menge', 'Müller;Köln;12'],
    prose: [
      'Die Größe der Bäume überrascht jeden Gärtner, der im Frühling schöne Grüße schickt.',
      'Sehr geehrte Frau Schäfer, vielen Dank für Ihre Anfrage; wir können die Stühle nächste Woche liefern.',
      'Bitte prüfen Sie die Rechnung für März und überweisen Sie den Betrag in Höhe von 120 Euro.',
    ],
  },
  French: {
    encodings: ['windows-1252', 'macintosh'],
    rows: ['Prénom;Âge', 'Élève;Français;14', 'Société;Chèque'],
    prose: [
      "L'été dernier, nous avons mangé des crêpes à la terrasse d'un café près de la forêt.",
      'Veuillez trouver ci-joint la facture du mois de février, réglée par chèque.',
      'Où est passée la clé de la boîte à lettres ? Elle était posée à côté du téléphone.',
    ],
  },
  Spanish: {
    encodings: ['windows-1252'],
    rows: ['Año;Niños', 'Teléfono;Dirección', 'Muñoz;Málaga;8'],
    prose: [
      'El niño soñó con una montaña pequeña donde crecían árboles de limón durante todo el año.',
      '¿Cuándo llegará el camión? El señor Núñez dijo que mañana por la mañana, según el último correo electrónico.',
      'La reunión del comité será el miércoles a las nueve en el salón del segundo piso.',
    ],
  },
  Portuguese: {
    encodings: ['windows-1252'],
    rows: ['Descrição;Preço', 'João;São Paulo;3', 'Endereço;Número'],
    prose: [
      'A situação não é tão difícil, porém precisamos de informações sobre as condições do contrato.',
      'Amanhã de manhã a reunião começa às nove; não esqueça o relatório das vendas do mês de março.',
      'O coração da cidade fica junto ao rio, onde há cafés, lojas de pão e uma estação de comboios.',
    ],
  },
  Swedish: {
    encodings: ['windows-1252'],
    rows: ['Förnamn;Ålder', 'Sjöberg;Malmö;4', 'Å;Ä;Ö'],
    prose: [
      'Det är viktigt att alla får möjlighet att lära sig läsa på sitt eget språk i skolan.',
      'Vi ses på lördag klockan åtta vid järnvägsstationen, där bussen går till skärgården.',
      'Räkningen för januari är ännu inte betald; var vänlig och för över beloppet före månadens slut.',
    ],
  },
  Danish: {
    encodings: ['windows-1252'],
    rows: ['Størrelse;Pris', 'Søren;Århus;6', 'Beløb;Måned'],
    prose: [
      'På mandag kører vi til København for at købe en ny sofa, der også kan bruges som gæsteseng.',
      'Vi gør opmærksom på, at butikken holder åbent hver dag undtagen søndag og på helligdage.',
      'Børnene legede i gården, mens de ældre læste avis og drak kaffe på bænken ved søen.',
    ],
  },
  Polish: {
    encodings: ['windows-1250', 'iso-8859-2'],
    rows: ['Imię;Miasto;Wartość', 'Łukasz;Łódź;12', 'Żaneta;Kraków;9'],
    prose: [
      'Zażółć gęślą jaźń, powiedział nauczyciel, a dzieci śmiały się głośno przez całą lekcję.',
      'Proszę o przesłanie faktury za miesiąc październik na adres podany poniżej, dziękuję.',
      'Wczoraj wieczorem byliśmy w teatrze, gdzie wystawiano sztukę o życiu księdza na wsi.',
    ],
  },
  Czech: {
    encodings: ['windows-1250', 'iso-8859-2'],
    rows: ['Jméno;Příjmení', 'Dvořák;Plzeň;7', 'Částka;Měsíc'],
    prose: [
      'Příliš žluťoučký kůň úpěl ďábelské ódy a všichni sousedé se divili, co se děje.',
      'Dobrý den, děkujeme za vaši objednávku; zboží bude odesláno nejpozději ve čtvrtek.',
      'Šťastné děti běhaly po louce a sbíraly květiny, zatímco rodiče připravovali oběd.',
    ],
  },
  Hungarian: {
    encodings: ['windows-1250', 'iso-8859-2'],
    rows: ['Név;Város;Összeg', 'Győr;Sopron;5', 'Cipő;Fűszer'],
    prose: [
      'Árvíztűrő tükörfúrógép, mondta a férfi, és mindenki nevetett az üzletben.',
      'Kérjük, hogy a számlát legkésőbb a hónap végéig egyenlítse ki, köszönjük szépen.',
      'A gyerekek az erdőben gombát és szedret gyűjtöttek, amíg az eső el nem kezdődött.',
    ],
  },
  Romanian: {
    encodings: ['windows-1250'],
    rows: ['Preţ;Oraş', 'Ştefan;Iaşi;4', 'Adresă;Ţară'],
    prose: [
      'Aceasta este o propoziţie obişnuită în limba română, scrisă fără greşeli şi cu diacritice.',
      'Vă rugăm să trimiteţi factura până la sfârşitul lunii, altfel comanda va fi anulată.',
      'Oraşul în care locuiesc este aşezat între două dealuri şi are multe grădini frumoase.',
    ],
  },
  Russian: {
    encodings: ['windows-1251', 'koi8-r', 'ibm866', 'iso-8859-5'],
    rows: ['Имя;Город', 'Иванов;Москва;12', 'Цена;Количество'],
    prose: [
      'Это русский текст в старой кодировке, его надо распознать правильно и без ошибок.',
      'Уважаемые коллеги, отчёт за третий квартал готов; просим проверить цифры до пятницы.',
      'Вчера вечером мы гуляли по набережной и смотрели, как корабли уходят в открытое море.',
    ],
  },
  Ukrainian: {
    encodings: ['windows-1251', 'koi8-u'],
    rows: ["Ім'я;Місто", 'Київ;Львів;9', 'Ціна;Кількість'],
    prose: [
      'Це український текст, який потрібно прочитати правильно, навіть якщо файл дуже старий.',
      'Шановні колеги, звіт за перше півріччя надіслано поштою; перевірте його, будь ласка.',
      "Діти грали у м'яча біля річки, а бабуся пекла пиріжки з вишнями на їхній кухні.",
    ],
  },
  Bulgarian: {
    encodings: ['windows-1251'],
    rows: ['Име;Град', 'София;Пловдив;3', 'Цена;Количество'],
    prose: [
      'Това е обикновен български текст, който трябва да бъде разчетен правилно и без грешки.',
      'Моля, изпратете фактурата до края на месеца; в противен случай поръчката ще бъде отменена.',
      'Децата играеха в парка, докато възрастните седяха на сянка и пиеха студена вода.',
    ],
  },
  Greek: {
    encodings: ['windows-1253', 'iso-8859-7'],
    rows: ['Όνομα;Πόλη', 'Αθήνα;Πάτρα;7', 'Τιμή;Ποσότητα'],
    prose: [
      'Αυτό είναι ένα απλό ελληνικό κείμενο που πρέπει να διαβαστεί σωστά και χωρίς λάθη.',
      'Παρακαλούμε να στείλετε το τιμολόγιο μέχρι το τέλος του μήνα, σας ευχαριστούμε πολύ.',
      'Τα παιδιά έπαιζαν στην παραλία, ενώ οι γονείς κάθονταν στη σκιά και έπιναν καφέ.',
    ],
  },
  Turkish: {
    encodings: ['windows-1254'],
    rows: ['Şehir;Değer', 'Ayşe;İstanbul;5', 'Müşteri;Sipariş'],
    prose: [
      'Bu dosya Türkçe yazılmış sıradan bir metindir ve doğru şekilde okunması gerekiyor.',
      'Sayın müşterimiz, siparişiniz kargoya verilmiştir; teşekkür eder, iyi günler dileriz.',
      'Çocuklar bahçede oynuyordu, büyükler ise ağacın gölgesinde çay içip sohbet ediyordu.',
    ],
  },
  Hebrew: {
    encodings: ['windows-1255'],
    rows: ['שם;עיר', 'תל אביב;ירושלים;4', 'מחיר;כמות'],
    prose: [
      'זהו טקסט פשוט בעברית שצריך לקרוא אותו נכון ובלי שגיאות.',
      'נא לשלוח את החשבונית עד סוף החודש, תודה רבה על שיתוף הפעולה.',
      'הילדים שיחקו בגינה בזמן שההורים ישבו בצל ושתו קפה.',
    ],
  },
  Arabic: {
    encodings: ['windows-1256', 'iso-8859-6'],
    rows: ['الاسم;المدينة', 'القاهرة;دمشق;6', 'السعر;الكمية'],
    prose: [
      'هذا نص عربي بسيط يجب أن يقرأ بشكل صحيح ومن دون أخطاء في الحروف.',
      'يرجى إرسال الفاتورة قبل نهاية الشهر وشكرا جزيلا على تعاونكم معنا.',
      'كان الأطفال يلعبون في الحديقة بينما جلس الكبار في الظل يشربون القهوة.',
    ],
  },
  Lithuanian: {
    encodings: ['windows-1257'],
    rows: ['Vardas;Žmonės', 'Šiauliai;Panevėžys;2', 'Kiekis;Mėnuo'],
    prose: [
      'Tai yra paprastas lietuviškas tekstas, kurį reikia perskaityti teisingai ir be klaidų.',
      'Prašome sumokėti sąskaitą iki mėnesio pabaigos, dėkojame už bendradarbiavimą.',
      'Vaikai žaidė kieme, o senelė virtuvėje kepė blynus su uogiene ir šaukė visus valgyti.',
    ],
  },
  Latvian: {
    encodings: ['windows-1257'],
    rows: ['Vārds;Pilsēta', 'Jānis;Rīga;8', 'Mēnesis;Summa'],
    prose: [
      'Šis ir vienkāršs teksts latviešu valodā, kas jāizlasa pareizi un bez kļūdām.',
      'Lūdzam apmaksāt rēķinu līdz mēneša beigām; paldies par sadarbību un uzticību.',
      'Bērni spēlējās dārzā, bet vecmāmiņa virtuvē cepa pīrāgus ar āboliem un kanēli.',
    ],
  },
  Vietnamese: {
    encodings: ['windows-1258'],
    rows: ['Tên;Thành phố', 'Hà Nội;Đà Nẵng;3', 'Giá;Số lượng'],
    prose: [
      'Đây là một văn bản tiếng Việt đơn giản cần được đọc đúng và không có lỗi.',
      'Xin vui lòng gửi hóa đơn trước cuối tháng này, cảm ơn quý khách đã hợp tác.',
      'Trẻ em chơi trong vườn trong khi người lớn ngồi dưới bóng cây và uống cà phê.',
    ],
  },
  Thai: {
    encodings: ['windows-874'],
    rows: ['ชื่อ,เมือง', 'กรุงเทพ,เชียงใหม่,4', 'ราคา,จำนวน'],
    prose: [
      'สวัสดีชาวโลก วันนี้อากาศดีมาก เราจะไปเที่ยวทะเลกันในวันเสาร์',
      'กรุณาส่งใบแจ้งหนี้ภายในสิ้นเดือนนี้ ขอบคุณที่ให้ความร่วมมือ',
      'เด็กๆ เล่นอยู่ในสวน ส่วนผู้ใหญ่นั่งดื่มกาแฟใต้ร่มไม้ใหญ่',
    ],
  },
  Japanese: {
    encodings: ['shift_jis', 'euc-jp', 'iso-2022-jp'],
    rows: ['名前,住所,価格', '山田太郎,東京都千代田区,1200円', '佐藤花子,大阪府大阪市'],
    prose: [
      'これは日本語の文章です。正しく読み取られる必要があります。',
      'いつもお世話になっております。請求書を月末までにお送りください。よろしくお願いいたします。',
      '子供たちは庭で遊び、大人たちは木陰でコーヒーを飲みながら話していた。',
    ],
  },
  'Simplified Chinese': {
    encodings: ['gbk'],
    rows: ['姓名,地址', '张三,北京市朝阳区,12', '价格,数量'],
    prose: [
      '这是一篇普通的中文文章，需要正确地读取，不能有任何错误。',
      '请在月底之前将发票寄给我们，谢谢您的合作与支持。',
      '孩子们在花园里玩耍，大人们坐在树荫下喝咖啡聊天。',
    ],
  },
  'Traditional Chinese': {
    encodings: ['big5'],
    rows: ['姓名,地址', '王小明,臺北市中正區,12', '價格,數量'],
    prose: [
      '這是一篇普通的中文文章，需要正確地讀取，不能有任何錯誤。',
      '請在月底之前將發票寄給我們，謝謝您的合作與支持。',
      '孩子們在花園裡玩耍，大人們坐在樹蔭下喝咖啡聊天。',
    ],
  },
  Korean: {
    encodings: ['euc-kr'],
    rows: ['이름,주소', '김철수,서울시 강남구,12', '가격,수량'],
    prose: [
      '이것은 평범한 한국어 문장이며 올바르게 읽혀야 합니다.',
      '이번 달 말까지 청구서를 보내 주시기 바랍니다. 감사합니다.',
      '아이들은 정원에서 놀고 어른들은 나무 그늘에서 커피를 마셨다.',
    ],
  },
};
