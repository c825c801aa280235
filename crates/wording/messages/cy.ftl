# Welsh. No translator has checked these texts yet: have one read them before a release goes out in Welsh.
#
# Words that come from elsewhere stand after a colon, in brackets or in quotation marks wherever they can, so that nothing before
# them would have to change their first letter. After a number the noun is singular, and its first letter follows the number:
# 2 (two), 3 (few) and 6 (many) have forms of their own.

# --- Dates and periods -------------------------------------------------------------------------------------------------

month-1 = Ionawr
month-2 = Chwefror
month-3 = Mawrth
month-4 = Ebrill
month-5 = Mai
month-6 = Mehefin
month-7 = Gorffennaf
month-8 = Awst
month-9 = Medi
month-10 = Hydref
month-11 = Tachwedd
month-12 = Rhagfyr
month-short-1 = Ion
month-short-2 = Chwe
month-short-3 = Maw
month-short-4 = Ebr
month-short-5 = Mai
month-short-6 = Meh
month-short-7 = Gor
month-short-8 = Awst
month-short-9 = Medi
month-short-10 = Hyd
month-short-11 = Tach
month-short-12 = Rhag
span = { $from } – { $to }
part = { $name } (rhan)
part-from = { $name } (o { $from })
part-to = { $name } (hyd at { $to })
part-between = { $name } ({ $from } – { $to })
days = { $days ->
    [two] { $days } ddiwrnod
   *[other] { $days } diwrnod
 }

# --- Categories --------------------------------------------------------------------------------------------------------

not-recorded = Heb ei gofnodi
yes = Ie
no = Na

weekday-1 = Dydd Llun
weekday-2 = Dydd Mawrth
weekday-3 = Dydd Mercher
weekday-4 = Dydd Iau
weekday-5 = Dydd Gwener
weekday-6 = Dydd Sadwrn
weekday-7 = Dydd Sul

# --- Tables ------------------------------------------------------------------------------------------------------------

grand-total = Cyfanswm cyffredinol
subtotal = Cyfanswm { $name }
of-which = o'r rhain: { $name }
overlapping = { $name } (yn gorgyffwrdd)
none-found = dim

# --- The report's metadata block ---------------------------------------------------------------------------------------

report-protective-marking = Marc diogelu
report-publication-scheme = Addas ar gyfer y cynllun cyhoeddi
report-ad-hoc-reference = Cyfeirnod ad hoc
report-foi-reference = Cyfeirnod Rhyddid Gwybodaeth
report-summary = Crynodeb
report-creating-branch = Cangen neu gyfarwyddiaeth a'i lluniodd
report-date-created = Dyddiad creu
report-review-date = Dyddiad adolygu
report-live-data-from = Mae'r adroddiad hwn yn defnyddio data byw a dynnwyd o'r canlynol
report-live-data-extracted = Dyddiad tynnu'r data byw

# --- Notes that the officer writes -------------------------------------------------------------------------------------

note-source-system = System ffynhonnell
note-date-range = Ystod dyddiadau
note-definition = Diffiniad
note-caveat = Cafeat

# --- Notes that follow from what was counted ---------------------------------------------------------------------------

note-label = Diffiniad
note-basis = Yr hyn a gyfrifir
note-cancelled = Cofnodion a ganslwyd
note-not-recorded = Heb eu cofnodi
note-backwards = Dyddiadau yn y drefn anghywir
note-not-listed = Heb eu rhestru
note-filter-unknown = Heb eu penderfynu
note-undated = Heb ddyddiad
note-relation = Unedau nad ydynt yn nythu
note-groups = Beth yw'r ffigurau
note-measures = Yr hyn a fesurir
note-rounding = Talgrynnu
note-counted-once = Cyfrif yn ôl y cofnodion sy'n perthyn
note-overlaps = Rhesi a cholofnau sy'n gorgyffwrdd
note-stock = Yr hyn oedd yno ar ddiwrnod
note-breaks = Toriadau yn y gyfres
note-law = Newidiadau yn y gyfraith
note-cut = Ni ddangosir y cyfan
note-records = Cofnodion
note-part-periods = Cyfnodau rhannol
note-validity = Newid o fewn y cyfnod
note-settled = Cyfnodau diweddar
note-empty-rows = Rhesi na ddangosir
note-rejected = Cofnodion a wrthodwyd
note-withheld = Ffigurau a ddaliwyd yn ôl
note-reach = Geiriau'r cais

basis-unit = Mae'r tabl hwn yn cyfrif: { $unit }.
basis-made = Gwnaed y tabl hwn o'r canlynol: { $unit }.
basis-named = Ystyr “{ $label }” yw { $span }
basis-date = Gosodir cofnodion mewn cyfnodau yn ôl eu dyddiad “{ $basis }”.
basis-covers = Y dyddiau dan sylw: { $spans }.
basis-as-at = Y cofnodion yw'r rhai yr oedd y system ffynhonnell yn eu dal ar { $as_at }.
basis-age = Sail yr oedrannau: { $basis }.
definition-short = Mae “{ $label }” yn sefyll am y cod { $code } ({ $statute }).
cancelled-included = Cyfrifir y cofnodion y mae'r system ffynhonnell yn eu dal fel rhai a ganslwyd.
cancelled-excluded = Ni chyfrifir y cofnodion y mae'r system ffynhonnell yn eu dal fel rhai a ganslwyd: { $count ->
    [0] nid oedd yr un
    [one] gadawyd { $count } cofnod allan
    [two] gadawyd { $count } gofnod allan
    [few] gadawyd { $count } chofnod allan
    [many] gadawyd { $count } chofnod allan
   *[other] gadawyd { $count } cofnod allan
 }.
cancelled-excluded-units = Ni chyfrifir y cofnodion y mae'r system ffynhonnell yn eu dal fel rhai a ganslwyd: { $count ->
    [0] nid oedd yr un
    [one] gadawyd allan y rhai sy'n perthyn i { $count } ({ $one })
   *[other] gadawyd allan y rhai sy'n perthyn i { $count } ({ $many })
 }.
cancelled-undecided = { $count ->
    [one] Yn achos { $count } ({ $one }) a ddelir fel un a ganslwyd, ni ellir dweud a yw'n perthyn yma, gan na chofnodwyd gwerth; ni chaiff ei gyfrif ychwaith.
   *[other] Yn achos { $count } ({ $many }) a ddelir fel rhai a ganslwyd, ni ellir dweud a ydynt yn perthyn yma, gan na chofnodwyd gwerth; ni chânt eu cyfrif ychwaith.
 }
cancelled-maybe = { $count ->
    [one] Yn achos { $count } ({ $one }), ni chofnodwyd a yw wedi'i ganslo; caiff ei gyfrif.
   *[other] Yn achos { $count } ({ $many }), ni chofnodwyd a ydynt wedi'u canslo; cânt eu cyfrif.
 }
one-record = cofnod
many-records = cofnodion
not-recorded-in = { $count } heb werth ar gyfer “{ $dimension }”
not-recorded-date = { $count } heb y dyddiad “{ $basis }”
not-recorded-left-out = Mae rhai cofnodion ({ $unit }) yn cyfateb ond nid ydynt yn y tabl, gan na chofnodwyd gwerth: { $parts }.
left-out-together = Gyda'i gilydd, dyma { $count ->
    [one] { $count } cofnod
    [two] { $count } gofnod
    [few] { $count } chofnod
    [many] { $count } chofnod
   *[other] { $count } cofnod
 }, gan y gall mwy nag un gwerth fod ar goll o un cofnod.
left-out-each-once = Gan gyfrif pob un unwaith, gadewir { $count ->
    [one] { $count } cofnod
    [two] { $count } gofnod
    [few] { $count } chofnod
    [many] { $count } chofnod
   *[other] { $count } cofnod
 } allan am y rhesymau hyn a'r rhai uchod.
not-listed-in = { $count } â gwerth arall ar gyfer “{ $dimension }”
not-listed-left-out = Mae rhai cofnodion ({ $unit }) yn cyfateb ond nid ydynt yn yr un o'r categorïau a ddangosir: { $parts }.
filter-unknown = Yn achos { $count ->
    [one] { $count } cofnod
    [two] { $count } gofnod
    [few] { $count } chofnod
    [many] { $count } chofnod
   *[other] { $count } cofnod
 } ({ $unit }), ni ellid penderfynu a ddylid eu cyfrif yma, gan na chofnodwyd gwerth; ni chânt eu cyfrif.
undated = Yn achos { $count ->
    [one] { $count } cofnod
    [two] { $count } gofnod
    [few] { $count } chofnod
    [many] { $count } chofnod
   *[other] { $count } cofnod
 } ({ $unit }), ni chofnodwyd y dyddiad, felly ni ellid dweud a ydynt yn disgyn yn y cyfnod; ni chânt eu cyfrif.
relation = Nid oes rhaid i'r ddau nifer hyn gytuno: { $unit }; { $parent }. Yn yr un cyfnodau ceir { $parents } ({ $parent }); yn achos { $without } ohonynt ni chofnodwyd yr un o'r rhain ({ $unit }), ac yn achos { $several } cofnodwyd mwy nag un.
group-part = { $label } { $count }
group = { $group } { $count } ({ $parts })
groups = Y cyfanswm o { $total } ({ $unit }) fesul math: { $parts }.
part-period = { $span } yn unig yw “{ $label }”
part-month = { $span } yn unig yw “{ $month }” yn “{ $label }”
part-periods = Nid yw'r rhain yn gyfnodau cyfan: { $parts }. Ni ddylid eu cymharu â rhai cyfan.
code-began = Dechreuodd cod { $code } (“{ $label }”) ar { $day }.
code-began-part = { $number ->
    [one] Cyfnod rhannol felly yw { $periods }, ac ni ddylid ei gymharu â rhai cyfan.
   *[other] Cyfnodau rhannol felly yw { $periods }, ac ni ddylid eu cymharu â rhai cyfan.
 }
code-began-none = { $number ->
    [one] Mae { $periods } cyn hynny: ni ellid cofnodi dim o dano.
   *[other] Mae { $periods } cyn hynny: ni ellid cofnodi dim o dano.
 }
code-ended = Daeth cod { $code } (“{ $label }”) i ben ar { $day }.
code-ended-part = { $number ->
    [one] Cyfnod rhannol felly yw { $periods }, ac ni ddylid ei gymharu â rhai cyfan.
   *[other] Cyfnodau rhannol felly yw { $periods }, ac ni ddylid eu cymharu â rhai cyfan.
 }
code-ended-none = { $number ->
    [one] Mae { $periods } ar ôl hynny: ni ellid cofnodi dim o dano.
   *[other] Mae { $periods } ar ôl hynny: ni ellid cofnodi dim o dano.
 }
codes-changed = Nifer y codau a gyfrifir a ddechreuodd, a ddaeth i ben neu a symudodd o fewn y cyfnodau a ddangosir: { $number }. Nid yw'r cyfnodau felly i gyd yn cynnwys yr un peth.
no-category = dim un o'r rhai a ddangosir
settled-part = { $label } ({ $days })
settled-not-over = { $label } (heb ddod i ben)
settled = Tynnwyd y data ar { $as_at }. Mae cofnodion y cyfnod diwethaf o { $limit } yn dal i gael eu mewnbynnu, eu cywiro a'u canslo, felly gall ffigurau'r cyfnodau hyn newid ac ni ddylid eu cymharu â rhai hŷn; mewn cromfachau, yr amser o ddiwedd y cyfnod hyd at dynnu'r data: { $parts }.
empty-rows = { $number ->
    [one] Ni ddangosir un rhes, gan mai sero yw pob ffigur ynddi: { $rows }.
    [two] Ni ddangosir { $number } res, gan mai sero yw pob ffigur ynddynt: { $rows }.
   *[other] Ni ddangosir { $number } rhes, gan mai sero yw pob ffigur ynddynt: { $rows }.
 }
empty-rows-many = Nifer y rhesi na ddangosir, gan mai sero yw pob ffigur ynddynt: { $number }.
rejected-part = { $count } ({ $unit })
rejected = Ni ellid darllen rhai rhesi o'r data a dynnwyd, ac ni chânt eu cyfrif: { $parts }.
list-unit = Mae'r rhestr hon yn dangos { $unit }, un fesul llinell. Eu gwerthoedd sy'n pennu eu trefn, ac nid yw'n dweud dim.
list-ages = { $number ->
    [one] Sail yr oedran { $labels }: { $basis }.
   *[other] Sail yr oedrannau { $labels }: { $basis }.
 }
records-reason = Rhyddheir cofnodion, ac nid ffigurau yn unig, am y rheswm hwn: { $reason }
measure-sum = “{ $label }” yw swm { $values }.
measure-minimum = “{ $label }” yw'r isaf o'r canlynol: { $values }.
measure-maximum = “{ $label }” yw'r uchaf o'r canlynol: { $values }.
measure-median = “{ $label }” yw'r un canol o'r canlynol: { $values }; lle bo dau yn y canol, eu cymedr.
measure-mean = “{ $label }” yw cymedr rhifyddol { $values }.
measure-distinct = “{ $label }” yw nifer y gwerthoedd gwahanol yn “{ $values }”.
measure-lacking = { $number ->
    [one] Mae { $labels } yn gadael { $count } allan ({ $unit }), gan na chofnodwyd y gwerth.
   *[other] Mae pob un o'r rhain yn gadael { $count } allan ({ $unit }), gan na chofnodwyd y gwerth: { $labels }.
 }
measure-backwards = { $number ->
    [one] Mae { $labels } yn gadael { $count } allan ({ $unit }), gan fod eu hamser yn dod i ben cyn iddo ddechrau.
   *[other] Mae pob un o'r rhain yn gadael { $count } allan ({ $unit }), gan fod eu hamser yn dod i ben cyn iddo ddechrau: { $labels }.
 }
measure-undecided = { $number ->
    [one] Mae { $labels } yn gadael { $count } allan ({ $unit }): ni ellir dweud a yw ei amod yn berthnasol iddynt, gan na chofnodwyd gwerth.
   *[other] Mae pob un o'r rhain yn gadael { $count } allan ({ $unit }), gan na ellir dweud a yw eu hamod yn berthnasol iddynt, am na chofnodwyd gwerth: { $labels }.
 }
measures-apart = { $number ->
    [one] Caiff { $labels } ei gyfrif o'r newydd ar gyfer pob cyfanswm: nid symiau rhesi neu golofnau yw ei gyfansymiau.
   *[other] Caiff { $labels } eu cyfrif o'r newydd ar gyfer pob cyfanswm: nid symiau rhesi neu golofnau yw eu cyfansymiau.
 }
measure-filtered = Dim ond rhai o'r cofnodion a gyfrifir yn “{ $label }”: y rhai y mae ei amod ei hun yn berthnasol iddynt.
measure-meaning = “{ $label }”: { $meaning }
measure-percentage = “{ $label }” yw “{ $of }” fel canran o “{ $to }”.
measure-ratio = “{ $label }” yw “{ $of }” wedi'i rannu â “{ $to }”.
measure-ratio-per = “{ $label }” yw “{ $of }” am bob { $per } o “{ $to }”.
measure-share = “{ $label }” yw “{ $of }” fel canran: { $base }.
measure-share-below-zero = Mae peth o “{ $of }” yn is na sero, felly gall canrannau fod yn is na 0 ac yn uwch na 100.
base-row = o gyfanswm ei res
base-column = o gyfanswm ei golofn
base-table = o gyfanswm y tabl
base-dimensions = o'r cyfanswm dros { $names }
measure-change = “{ $label }” yw faint y cododd neu y gostyngodd “{ $of }” ers yr un blaenorol o dan “{ $along }”.
measure-change-percent = “{ $label }” yw faint y cododd neu y gostyngodd “{ $of }” ers yr un blaenorol o dan “{ $along }”, fel canran o hwnnw.
measure-change-apart = Ni chymharir ond cyfnodau lle mae'r naill yn dod i ben y diwrnod cyn y llall ac yr un mor hir, neu'r un dyddiau mewn dwy flynedd olynol; fel arall [z] ydyw.
measure-rate = “{ $label }” yw “{ $of }” am bob { $per } o'r boblogaeth. Poblogaeth: { $source }.
measure-rank = “{ $label }” yw'r safle yn ôl “{ $of }” o dan “{ $along }”, gydag 1 yr uchaf; mae'r rhai sy'n gyfartal yn rhannu safle.
measure-rank-within = Safleoedd o fewn pob un o dan “{ $outer }” ydynt.
between-days = y dyddiau o { $from } hyd { $to }
between-hours = yr oriau cyfan o { $from } hyd { $to }
between-minutes = y munudau cyfan o { $from } hyd { $to }
rounding-half-even = Cyfrifir ffigurau nad ydynt yn gyfan o rai heb eu talgrynnu, ac fe'u talgrynnir unwaith; aiff hanner at y cymydog eilrif. Nid oes rhaid i ffigurau a dalgrynnwyd adio i fyny.
rounding-half-up = Cyfrifir ffigurau nad ydynt yn gyfan o rai heb eu talgrynnu, ac fe'u talgrynnir unwaith; telgrynnir hanner i fyny, i ffwrdd o sero. Nid oes rhaid i ffigurau a dalgrynnwyd adio i fyny.
merged = Lle nad yw “{ $dimension }” wedi'i gofnodi, mae'r cofnodion o dan “{ $category }”.
counted-once-somewhere = Mae'r tabl hwn yn cyfrif { $unit } yn ôl yr hyn a gofnodwyd o'u { $rows }: pob un ({ $one }) unwaith ym mhob ffigur y mae o leiaf un o'r rhain ({ $rows }) yn cyfrif ynddo; nid yw'r rhai ({ $unit }) heb yr un ({ $rows }) yn unman.
counted-once = Mae'r tabl hwn yn cyfrif { $unit } yn ôl yr hyn a gofnodwyd o'u { $rows }: pob un ({ $one }) unwaith ym mhob rhes a cholofn y mae o leiaf un o'r rhain ({ $rows }) ynddi, ac unwaith ym mhob cyfanswm. Gall yr un peth ({ $unit }) felly sefyll mewn sawl rhes neu golofn, ac nid ydynt yn adio i'r cyfansymiau; nid yw'r rhai ({ $unit }) heb yr un ({ $rows }) yn unman.
of-which-note = O dan “{ $dimension }”, { $number ->
    [one] mae { $parts } yn rhan o { $whole }
   *[other] mae { $parts } yn rhannau o { $whole }
 }, ac yn y cyfanswm unwaith.
overlaps = O dan “{ $dimension }”, mae'r rhain yn gorgyffwrdd: { $names }. Gall cofnod sefyll mewn sawl un ohonynt, ond y mae yn y cyfanswm unwaith, felly nid ydynt yn adio iddo.
stock = Cyfrifir yr hyn oedd yno ar ddiwedd diwrnod: { $unit } nad yw eu { $from } yn hwyrach na'r diwrnod hwnnw, ac y mae eu { $until } yn hwyrach neu heb ei gofnodi.
stock-several = Gall un cofnod sefyll o dan sawl diwrnod, felly nid adir dyddiau at ei gilydd.
stock-backwards = Yn achos { $count ->
    [one] { $count } cofnod
    [two] { $count } gofnod
    [few] { $count } chofnod
    [many] { $count } chofnod
   *[other] { $count } cofnod
 } ({ $unit }), mae { $until } yn gynharach na { $from }; ni chânt eu cyfrif ar unrhyw ddiwrnod.
flag-column = { $dimension }: { $name }
code-moved = Bu cod { $code } (“{ $label }”) o dan { $from } hyd { $before }, ac o dan { $to } ers hynny.
law-changed = { $day }: { $text }
breaks-marked = Nodir y ffigurau cyntaf ar ôl newid â [b]: ni ddylid eu cymharu â'r rhai cyn hynny.
breaks-inside = Mae'r ffigurau'n cynnwys cofnodion o'r cyfnod cyn hynny ac ar ôl hynny.
cut = O dan “{ $dimension }”, { $shown ->
    [one] dim ond { $shown } o { $of } a ddangosir
   *[other] dim ond { $shown } o { $of } a ddangosir
 }{ $tied ->
    [0] {""}
    [one] , un yn fwy nag y gofynnwyd amdano, gan ei fod yn gyfartal â'r olaf
   *[other] , { $tied } yn fwy nag y gofynnwyd amdanynt, gan eu bod yn gyfartal â'r olaf
 }.
quoted = “{ $words }”
definition-names = Geiriau'r cais: { $requested }. Cyfrifwyd cofnodion â'r cod { $code } ({ $statute }), a elwir yn “{ $label }” yn y tablau.
reach-same = Yr un yw ystyr y ddau.
reach-narrower = Mae hyn yn gulach na geiriau'r cais.
reach-wider = Mae hyn yn ehangach na geiriau'r cais.
list-and = { $first } a hefyd { $last }
list-or = { $first } neu { $last }
and-more = { $names }; { $more } arall

# --- The response ------------------------------------------------------------------------------------------------------

read-here = Darllenwch yr ymateb hwn yn Gymraeg
skip = Neidio i'r ymateb
authority = Awdurdod cyhoeddus
reference = Cyfeirnod y cais Rhyddid Gwybodaeth
received = Daeth i law
answered = Atebwyd
contents = Cynnwys
decision = Penderfyniad
information = Gwybodaeth
notes = Tudalen nodiadau
tables = Tablau
read-notes = Darllenwch y ffigurau ynghyd â'r dudalen nodiadau a'r nodiadau ar bob tabl.
records = Cofnodion
list-number = Rhestr gofnodion { $number }: { $title }
table-number = Tabl { $number }: { $title }
question = Cwestiwn { $number }
asked = Yr hyn y gofynnwyd amdano
decided = Ein penderfyniad
answer = Ein hateb
outcome-in-full = Datgelir yr wybodaeth yn llawn.
outcome-in-part = Datgelir yr wybodaeth yn rhannol. Hysbysiad gwrthod yw hwn ar gyfer y gweddill.
outcome-refused = Ni ddatgelir yr wybodaeth. Hysbysiad gwrthod yw hwn.
outcome-not-held = Ni ddelir yr wybodaeth.
outcome-over-the-cost-limit = Byddai ateb hyn yn costio mwy na'r terfyn a bennir gan adran 12 o Ddeddf Rhyddid Gwybodaeth 2000. Ni chaiff ei ateb, a hysbysiad gwrthod yw hwn.
outcome-vexatious = Mae'r cais yn flinderus o dan adran 14(1) o Ddeddf Rhyddid Gwybodaeth 2000. Ni chaiff ei ateb, a hysbysiad gwrthod yw hwn.
outcome-repeated = Mae'r cais yn ailadrodd un cynharach, o dan adran 14(2) o Ddeddf Rhyddid Gwybodaeth 2000. Ni chaiff ei ateb, a hysbysiad gwrthod yw hwn.
outcome-neither-confirmed-nor-denied = Nid ydym yn cadarnhau nac yn gwadu bod yr wybodaeth yn cael ei dal. Hysbysiad gwrthod yw hwn.
outcome-already-accessible = Mae'r wybodaeth ar gael i chi drwy ddulliau eraill, ac ni chaiff ei rhoi eto. Hysbysiad gwrthod yw hwn.
outcome-transferred = Trosglwyddwyd hyn i gorff cyhoeddus arall, a fydd yn eich ateb.
outcome-clarification-needed = Ni allwn ateb hyn nes y gwyddom yn fwy manwl beth y gofynnir amdano.
held-yes = Rydym yn dal yr wybodaeth.
held-no = Nid ydym yn dal yr wybodaeth.
exemption-heading = Adran { $section } o Ddeddf Rhyddid Gwybodaeth 2000: { $title }
exemption-heading-untitled = Adran { $section } o Ddeddf Rhyddid Gwybodaeth 2000
exemption-why = Pam y mae'n gymwys: { $text }
exemption-harm = Yr hyn y byddai datgelu yn ei niweidio: { $text }
exemption-public-interest = Budd y cyhoedd: { $text }
exemption-qualified-person = Barn y person cymwysedig: { $text }
reason-would-disclose = Ni roddir rheswm, gan y byddai rheswm ynddo'i hun yn datgelu'r hyn sy'n esempt (adran 17(4) o'r Ddeddf).
reason-accessible = Gallwch yn rhesymol ei chael fel arall, fel y dywedir isod.
particulars-where = Ble y mae: { $text }
particulars-to = Wedi'i drosglwyddo i: { $text }
particulars-needed = Yr hyn y mae angen i ni ei wybod: { $text }
particulars-estimate = Sut yr amcangyfrifwyd y gost: { $text }
advice = Sut y gallech fynd ymhellach: { $text }
review-upheld = Cadarnheir yr ateb cyntaf.
review-upheld-in-part = Cadarnheir yr ateb cyntaf yn rhannol.
review-overturned = Gwrthdroir yr ateb cyntaf, ac mae'r un hwn yn cymryd ei le.
rights-review = Os nad ydych yn fodlon ar y llythyr hwn, gallwch ofyn am adolygiad mewnol. Ysgrifennwch at y cyfeiriad hwn: { $contact }. Gwnewch hynny cyn pen { $ask } diwrnod gwaith o'i ddyddiad, a rhowch y cyfeirnod { $reference }. Bydd rhywun na fu â rhan ynddo yn edrych ar eich cais o'r newydd, a dylech gael yr ateb cyn pen { $answer } diwrnod gwaith.
rights-here = y cyfeiriad yr anfonwyd y llythyr hwn ohono
rights-regulator = Os nad ydych yn fodlon wedi hynny, gallwch wneud cais am benderfyniad ynghylch a gafodd eich cais ei drin fel y mae'r gyfraith yn mynnu (adran 50 o Ddeddf Rhyddid Gwybodaeth 2000). Y corff sy'n penderfynu: { $regulator }. Ysgrifennwch at { $address }, neu gweler { $website }.
rights-regulator-now = Os nad ydych yn fodlon ar yr adolygiad, gallwch wneud cais am benderfyniad ynghylch a gafodd eich cais ei drin fel y mae'r gyfraith yn mynnu (adran 50 o Ddeddf Rhyddid Gwybodaeth 2000). Y corff sy'n penderfynu: { $regulator }. Ysgrifennwch at { $address }, neu gweler { $website }.
rights-complaints = Am unrhyw beth arall ynghylch sut y cawsoch eich trin, ysgrifennwch at y cyfeiriad hwn: { $contact }.
other-basis = Atebir hyn ar sail wahanol i'r un y gofynnwyd amdani.
withheld = Mae ffigurau a nodir â [c] wedi'u dal yn ôl, fel na ellir adnabod neb. Mae rhai ohonynt yn fach; daliwyd eraill yn ôl am y gellid cyfrifo un bach ohonynt, a gall ffigurau mwy fod ymhlith y rhain.
shorthand-c = [c]: wedi'i ddal yn ôl fel na ellir adnabod neb.
shorthand-z = [z]: amherthnasol.
shorthand-x = [x]: ddim ar gael.
shorthand-p = [p]: dros dro, a gall newid o hyd.
shorthand-b = [b]: mae toriad yn y gyfres yma.

# --- Data files --------------------------------------------------------------------------------------------------------

csv-code = { $label }: cod
csv-from = { $label }: o
csv-to = { $label }: hyd
csv-total = Cyfanswm
csv-rest = Y lleill
csv-measure = Mesur
csv-value = Gwerth
csv-status = Statws
csv-marks = Nodau
csv-licence = Trwydded
csv-rights = Ni nodir trwydded gyda'r data hyn. Gofynnwch i'r awdurdod ({ $authority }) ar ba delerau y gellir eu hailddefnyddio.
csv-about-value = Y ffigur yn union fel y'i dangosir. Gwag lle nad oes un; mae colofn y statws wedyn yn dweud pam.
csv-about-status = Pam nad oes ffigur: c, wedi'i ddal yn ôl fel na ellir adnabod neb; z, amherthnasol; x, ddim ar gael. Gwag lle mae un.
csv-about-marks = Nodau'r ffigur: p, dros dro, a gall newid o hyd; b, mae toriad yn y gyfres yma.
csv-reading-title = Sut i ddarllen y ffeil
csv-reading = Rhoddwyd un collnod o flaen pob testun sy'n dechrau â =, +, -, @, tab, toriad llinell neu gollnod ac nad yw'n rhif plaen, fel na fydd yr un rhaglen yn ei gymryd am fformiwla. Tynnwch un collnod o flaen pob testun sydd ag un, a bydd fel yr oedd.

# --- Spreadsheets ------------------------------------------------------------------------------------------------------

sheet-cover = Clawr
sheet-contents = Cynnwys
sheet-notes = Nodiadau
sheet-table = Tabl { $number }
sheet-list = Cofnodion { $number }
sheet-fact = { $label }: { $value }
sheet-authority = Cyhoeddwyd gan
sheet-source = Ffynhonnell
sheet-as-at = Tynnwyd ar
sheet-about = Am yr adroddiad hwn
sheet-one-table = Mae'r ddalen hon yn dal un tabl.
sheet-from = Ffynhonnell: { $authority }, { $source }, tynnwyd ar { $day }.
sheet-see-notes = Mae'r nodiadau ar y tabl hwn ar y ddalen “{ $sheet }”: { $numbers }.
sheet-long-figures = Cedwir ffigurau â mwy na 15 digid fel testun, gan y byddai taenlen yn eu cwtogi.
sheet-heading = { $outer }: { $inner }
sheet-marks = { $heading }: nodau
sheet-again = { " " }({ $number })
sheet-unheaded = Colofn { $number }
sheet-name = Dalen
sheet-holds = Yr hyn sydd ynddi
sheet-questions = Y cwestiynau y mae'n eu hateb
sheet-all-questions = pob un
sheet-notes-title = Nodiadau
sheet-all-tables = Pob tabl
sheet-note = nodyn { $number }
sheet-note-number = Nodyn
sheet-note-about = Yn berthnasol i
sheet-note-subject = Pwnc
sheet-note-text = Testun

# --- What the command tells -----------------------------------------------------------------------------------------------

told-rows = { $count ->
    [two] { $count } res
   *[other] { $count } rhes
 }
told-fields = { $count ->
    [two] { $count } faes
   *[other] { $count } maes
 }
told-files = { $count ->
    [one] { $count } ffeil
   *[other] { $count } ffeil
 }
told-questions = { $count ->
    [two] { $count } gwestiwn
    [few] { $count } chwestiwn
    [many] { $count } chwestiwn
   *[other] { $count } cwestiwn
 }
told-tables = { $count ->
    [two] { $count } dabl
    [few] { $count } thabl
    [many] { $count } thabl
   *[other] { $count } tabl
 }
told-cells = { $count ->
    [two] ailgyfrifwyd { $count } gell
    [many] ailgyfrifwyd { $count } chell
   *[other] ailgyfrifwyd { $count } cell
 }
told-faults = { $count ->
    [two] { $count } wall
   *[other] { $count } gwall
 }
told-findings = { $count ->
    [two] { $count } ganfyddiad
    [few] { $count } chanfyddiad
    [many] { $count } chanfyddiad
   *[other] { $count } canfyddiad
 }
told-small = { $count ->
    [one] cyhoeddwyd { $count } ffigur bach
   *[other] cyhoeddwyd { $count } ffigur bach
 }
told-withheld = { $count ->
    [0] Ni ddaliwyd yr un ffigur yn ôl
    [one] Daliwyd { $count } ffigur yn ôl
   *[other] Daliwyd { $count } ffigur yn ôl
 }
told-small-found = { $count ->
    [0] Nid oes yr un ffigur sensitif.
    [one] Mae { $count } ffigur yn sensitif:
   *[other] Mae { $count } ffigur yn sensitif:
 }
told-narrower = { $count ->
    [one] mae gan { $count } ffigur gyfwng culach nag y gofynnwyd amdano
   *[other] mae gan { $count } ffigur gyfwng culach nag y gofynnwyd amdano
 }
told-insiders = { $count ->
    [one] gall rhywun sy'n cael ei gyfrif mewn un arall gyfrifo { $count } ffigur
   *[other] gall pobl sy'n cael eu cyfrif mewn rhai eraill gyfrifo { $count } ffigur
 }
told-untried = { $count ->
    [one] nid edrychwyd ar bob clymblaid yn achos { $count } ffigur
   *[other] nid edrychwyd ar bob clymblaid yn achos { $count } ffigur
 }
told-groups = { $count ->
    [two] mewn { $count } res neu golofn mae pob cofnod mewn un categori, rhywbeth nad yw dal ffigurau yn ôl yn ei guddio
   *[other] mewn { $count } rhes neu golofn mae pob cofnod mewn un categori, rhywbeth nad yw dal ffigurau yn ôl yn ei guddio
 }
told-nearly-all = { $count ->
    [two] mewn { $count } res neu golofn mae bron pob cofnod mewn un categori, ac mae'r rhai mewn categori arall yn dysgu hynny
   *[other] mewn { $count } rhes neu golofn mae bron pob cofnod mewn un categori, ac mae'r rhai mewn categori arall yn dysgu hynny
 }
told-beside = { $count ->
    [one] nid yw { $count } ffigur bach mewn unrhyw dabl, a gellir ei gyfrifo o'r rhai sydd
   *[other] nid yw { $count } ffigur bach mewn unrhyw dabl, a gellir eu cyfrifo o'r rhai sydd
 }
told-lines = { $count ->
    [two] mewn { $count } res neu golofn mae pob cofnod mewn un categori
   *[other] mewn { $count } rhes neu golofn mae pob cofnod mewn un categori
 }
told-worked-out = { $count ->
    [one] daeth { $count } ffigur wedi'i ddal yn ôl, a gellir ei gyfrifo:
   *[other] daeth { $count } ffigur wedi'u dal yn ôl, a gellir eu cyfrifo:
 }
told-figures = { $count ->
    [one] { $count } ffigur
   *[other] { $count } ffigur
 }
told-safe = { $count ->
    [0] Nid oedd angen dal dim yn ôl o dan y polisi.
    [one] Ni ellir cyfrifo'r ffigur a ddaliwyd yn ôl o dan yr ymosodwr a ddatganwyd.
   *[other] Ni ellir cyfrifo'r un o'r { $count } ffigur a ddaliwyd yn ôl o dan yr ymosodwr a ddatganwyd.
 }
told-more-faults = { $count ->
    [two] { $count } wall arall
   *[other] { $count } gwall arall
 }
told-more-columns = { $count ->
    [two] { $count } golofn arall
    [many] { $count } cholofn arall
   *[other] { $count } colofn arall
 }

# Charts.
chart-number = Siart { $number }: { $title }
chart-number-of = Siart { $number }: { $title }: { $measure }
chart-line = Siart llinell o “{ $measure }” yn ôl { $along }, nifer y pwyntiau: { $count }, o { $first } hyd { $last }.
chart-lines = Siart llinell o “{ $measure }” yn ôl { $along }, nifer y pwyntiau: { $count }, o { $first } hyd { $last }, gyda llinell ar gyfer pob un o'r rhain: { $series }.
chart-bars = Siart bar o “{ $measure }” yn ôl { $along }, { $count ->
    [one] un bar: { $first }
    [two] { $count } far o { $first } hyd { $last }
   *[other] { $count } bar o { $first } hyd { $last }
 }.
chart-grouped-bars = Siart bar o “{ $measure }” yn ôl { $along }, { $count ->
    [one] un grŵp: { $first }
   *[other] { $count } grŵp o { $first } hyd { $last }
 }, gyda bar ar gyfer pob un o'r rhain: { $series }.
chart-pyramid = Siart pyramid o “{ $measure }” yn ôl { $along }, nifer y rhesi: { $count }, o { $first } hyd { $last }, gyda barrau gefn wrth gefn ar gyfer: { $series }.
chart-gaps = { $count ->
    [one] Nid oes ffigur mewn un lle: mae ei dalfyriad yno.
    [two] Nid oes ffigur mewn { $count } le: mae eu talfyriad yno.
   *[other] Nid oes ffigur mewn { $count } lle: mae eu talfyriad yno.
 }
chart-table = Mae'r holl ffigurau yn “{ $table }”.

# Where a table is that is too large for a page.
table-elsewhere = Mae'r tabl hwn yn rhy hir i'w argraffu. Mae'n llawn yn y ffeil ddata “{ $id }” a gyhoeddir gyda'r ymateb hwn.
