# --- Dates and periods -------------------------------------------------------------------------------------------------

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
span = { $from } to { $to }
part = { $name } (part)
part-from = { $name } (from { $from })
part-to = { $name } (to { $to })
part-between = { $name } ({ $from } to { $to })
days = { $days ->
    [one] { $days } day
   *[other] { $days } days
 }

# --- Categories --------------------------------------------------------------------------------------------------------

not-recorded = Not recorded
yes = Yes
no = No

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

# --- Tables ------------------------------------------------------------------------------------------------------------

grand-total = Grand Total
subtotal = { $name } Total
of-which = of which: { $name }
overlapping = { $name } (overlaps)
none-found = none

# --- The report's metadata block ---------------------------------------------------------------------------------------

report-protective-marking = Protective marking
report-publication-scheme = Suitable for publication scheme
report-ad-hoc-reference = Ad hoc reference number
report-foi-reference = Freedom of Information reference number
report-summary = Summary
report-creating-branch = Creating branch or directorate
report-date-created = Date created
report-review-date = Review date
report-live-data-from = This report uses live data extracted from
report-live-data-extracted = Date on which live data were extracted

# --- Notes that the officer writes -------------------------------------------------------------------------------------

note-source-system = Source system
note-date-range = Date range
note-definition = Definition
note-caveat = Caveat

# --- Notes that follow from what was counted ---------------------------------------------------------------------------

note-label = Definition
note-basis = What is counted
note-cancelled = Cancelled records
note-not-recorded = Not recorded
note-backwards = Dates in the wrong order
note-not-listed = Not listed
note-filter-unknown = Not decided
note-undated = Without a date
note-relation = Units that do not nest
note-groups = What the figures are
note-measures = What is measured
note-rounding = Rounding
note-counted-once = Counted by records that hang on it
note-overlaps = Rows and columns that overlap
note-stock = What there was on a day
note-breaks = Breaks in the series
note-law = Changes in the law
note-cut = Not all are shown
note-records = Records
note-part-periods = Part periods
note-validity = A change within the period
note-settled = Recent periods
note-empty-rows = Rows not shown
note-rejected = Rejected records
note-withheld = Withheld figures
note-reach = The words of the request

basis-unit = This table counts { $unit }.
basis-made = This table is made from { $unit }.
basis-named = “{ $label }” is { $span }
basis-date = Records are placed in periods by their date “{ $basis }”.
basis-covers = It covers { $spans }.
basis-as-at = The records are those that the source system held on { $as_at }.
basis-age = Ages are those { $basis }.
definition-short = “{ $label }” stands for code { $code } ({ $statute }).
cancelled-included = Records that the source system holds as cancelled are counted.
cancelled-excluded = Records that the source system holds as cancelled are not counted: { $count ->
    [0] there were none
    [one] { $count } record was left out
   *[other] { $count } records were left out
 }.
cancelled-excluded-units = Records that the source system holds as cancelled are not counted: { $count ->
    [0] there were none
    [one] those of { $count } { $one } were left out
   *[other] those of { $count } { $many } were left out
 }.
cancelled-undecided = { $count ->
    [one] Of { $count } { $one } held as cancelled it cannot be told whether it belongs here, since a value was not recorded; it is not counted either.
   *[other] Of { $count } { $many } held as cancelled it cannot be told whether they belong here, since a value was not recorded; they are not counted either.
 }
cancelled-maybe = { $count ->
    [one] Of { $count } { $one } it is not recorded whether it is cancelled; it is counted.
   *[other] Of { $count } { $many } it is not recorded whether they are cancelled; they are counted.
 }
one-record = record
many-records = records
not-recorded-in = { $count } without a value for “{ $dimension }”
not-recorded-date = { $count } without the date “{ $basis }”
not-recorded-left-out = Some { $unit } match but are not in the table, since a value was not recorded: { $parts }.
left-out-together = Together { $count ->
    [one] this is { $count } record
   *[other] these are { $count } records
 }, since one record may lack more than one value.
left-out-each-once = Each counted once, { $count ->
    [one] { $count } record is left out
   *[other] { $count } records are left out
 } for these reasons and those above.
not-listed-in = { $count } with another value of “{ $dimension }”
not-listed-left-out = Some { $unit } match but are in none of the categories shown: { $parts }.
filter-unknown = For { $count ->
    [one] { $count } record
   *[other] { $count } records
 } ({ $unit }) it could not be decided whether they belong here, since a value was not recorded; they are not counted.
undated = For { $count ->
    [one] { $count } record
   *[other] { $count } records
 } ({ $unit }) the date is not recorded, so it could not be told whether they fall in the period; they are not counted.
relation = The number of { $unit } and the number of { $parent } do not have to agree. The same periods hold { $parents } { $parent }; for { $without } of them no { $unit } are recorded, for { $several } more than one.
group-part = { $label } { $count }
group = { $group } { $count } ({ $parts })
groups = The { $total } { $unit } by kind: { $parts }.
part-period = “{ $label }” is { $span } only
part-month = “{ $month }” of “{ $label }” is { $span } only
part-periods = These are not whole periods: { $parts }. They should not be compared with whole ones.
code-began = Code { $code } (“{ $label }”) began on { $day }.
code-began-part = { $number ->
    [one] { $periods } is therefore a part period, and should not be compared with whole ones.
   *[other] { $periods } are therefore part periods, and should not be compared with whole ones.
 }
code-began-none = { $number ->
    [one] { $periods } lies before that: nothing could be recorded under it.
   *[other] { $periods } lie before that: nothing could be recorded under it.
 }
code-ended = Code { $code } (“{ $label }”) ended on { $day }.
code-ended-part = { $number ->
    [one] { $periods } is therefore a part period, and should not be compared with whole ones.
   *[other] { $periods } are therefore part periods, and should not be compared with whole ones.
 }
code-ended-none = { $number ->
    [one] { $periods } lies after that: nothing could be recorded under it.
   *[other] { $periods } lie after that: nothing could be recorded under it.
 }
codes-changed = { $number } of the codes counted began, ended or moved inside the periods shown, so the periods do not all hold the same.
no-category = none of those shown
settled-part = { $label } ({ $days })
settled-not-over = { $label } (not over)
settled = The data were extracted on { $as_at }. Records of the last { $limit } are still being entered, corrected and cancelled, so the figures of these periods may change and should not be compared with older ones; in brackets, the time from the end of the period to the extract: { $parts }.
empty-rows = { $number ->
    [one] One row is not shown, since every figure in it is zero: { $rows }.
   *[other] { $number } rows are not shown, since every figure in them is zero: { $rows }.
 }
empty-rows-many = { $number } rows are not shown, since every figure in them is zero.
rejected-part = { $count } of the { $unit }
rejected = Some rows of the extract could not be read, and are not counted: { $parts }.
list-unit = This list shows { $unit }, one a line. Their order is that of their values and tells nothing.
list-ages = { $number ->
    [one] { $labels } is the age { $basis }.
   *[other] { $labels } are ages { $basis }.
 }
records-reason = Records are released, and not only figures, for this reason: { $reason }
measure-sum = “{ $label }” is the sum of { $values }.
measure-minimum = “{ $label }” is the lowest of { $values }.
measure-maximum = “{ $label }” is the highest of { $values }.
measure-median = “{ $label }” is the middle one of { $values }; of two in the middle, their mean.
measure-mean = “{ $label }” is the arithmetic mean of { $values }.
measure-distinct = “{ $label }” is the number of different values of “{ $values }”.
measure-lacking = { $number ->
    [one] { $labels } leaves out { $count } of the { $unit }, since the value is not recorded.
   *[other] { $labels } each leave out { $count } of the { $unit }, since the value is not recorded.
 }
measure-backwards = { $number ->
    [one] { $labels } leaves out { $count } of the { $unit }, whose time ends before it begins.
   *[other] { $labels } each leave out { $count } of the { $unit }, whose time ends before it begins.
 }
measure-undecided = { $number ->
    [one] { $labels } leaves out { $count } of the { $unit }, of which it cannot be told whether its condition applies, since a value is not recorded.
   *[other] { $labels } each leave out { $count } of the { $unit }, of which it cannot be told whether their condition applies, since a value is not recorded.
 }
measures-apart = { $number ->
    [one] { $labels } is counted for each total anew: its totals are not sums of rows or columns.
   *[other] { $labels } are counted for each total anew: their totals are not sums of rows or columns.
 }
measure-filtered = “{ $label }” counts only some of the records: those to which its own condition applies.
measure-meaning = “{ $label }”: { $meaning }
measure-percentage = “{ $label }” is “{ $of }” as a percentage of “{ $to }”.
measure-ratio = “{ $label }” is “{ $of }” divided by “{ $to }”.
measure-ratio-per = “{ $label }” is “{ $of }” for each { $per } of “{ $to }”.
measure-share = “{ $label }” is “{ $of }” as a percentage of { $base }.
measure-share-below-zero = Some of “{ $of }” is below zero, so percentages may lie below 0 and above 100.
base-row = the total of its row
base-column = the total of its column
base-table = the total of the table
base-dimensions = the total over { $names }
measure-change = “{ $label }” is what “{ $of }” rose or fell by since the “{ $along }” before.
measure-change-percent = “{ $label }” is what “{ $of }” rose or fell by since the “{ $along }” before, as a percentage of that one.
measure-change-apart = Only periods of which one ends on the day before the other and is as long are compared, or the same days of two years that follow one another; elsewhere it is [z].
measure-rate = “{ $label }” is “{ $of }” for each { $per } of the population. Population: { $source }.
measure-rank = “{ $label }” is the place by “{ $of }” among “{ $along }”, 1 being the highest; those that tie share a place.
measure-rank-within = Places are those within each “{ $outer }”.
between-days = the days from { $from } to { $to }
between-hours = the whole hours from { $from } to { $to }
between-minutes = the whole minutes from { $from } to { $to }
rounding-half-even = Figures that are not whole are worked out of unrounded ones and rounded once; a half goes to the even neighbour. Rounded figures need not add up.
rounding-half-up = Figures that are not whole are worked out of unrounded ones and rounded once; a half is rounded up, away from zero. Rounded figures need not add up.
merged = Where “{ $dimension }” is not recorded, records stand under “{ $category }”.
counted-once-somewhere = This table counts { $unit } by what is recorded of their { $rows }: each { $one } once in every figure for which at least one of its { $rows } counts; { $unit } without { $rows } are in none.
counted-once = This table counts { $unit } by what is recorded of their { $rows }: each { $one } once in every row and column in which at least one of its { $rows } stands, and once in each total. So { $unit } may stand in several rows or columns, which do not add up to the totals; { $unit } without { $rows } stand in none.
of-which-note = Under “{ $dimension }”, { $number ->
    [one] { $parts } is a part of { $whole }
   *[other] { $parts } are parts of { $whole }
 }, and in the total once.
overlaps = Under “{ $dimension }”, these overlap: { $names }. A record may stand in several of them and is in the total once, so they do not add up to it.
stock = What is counted is what there was at the end of a day: { $unit } whose { $from } is not later than that day, and whose { $until } is later or not recorded.
stock-several = One record may stand under several days, so days are not added up.
stock-backwards = For { $count ->
    [one] { $count } record
   *[other] { $count } records
 } ({ $unit }) { $until } is earlier than { $from }; they count on no day.
flag-column = { $dimension }: { $name }
code-moved = Code { $code } (“{ $label }”) was in { $from } until { $before }, and has been in { $to } since then.
law-changed = { $day }: { $text }
breaks-marked = The first figures after a change are marked [b]: they should not be compared with those before it.
breaks-inside = The figures hold records from before and after that.
cut = Only { $shown } of { $of } { $shown ->
    [one] is
   *[other] are
 } shown under “{ $dimension }”{ $tied ->
    [0] {""}
    [one] , one more than was asked for, since it ties with the last
   *[other] , { $tied } more than were asked for, since they tie with the last
 }.
quoted = “{ $words }”
definition-names = The request speaks of { $requested }. Counted were records with code { $code } ({ $statute }), called “{ $label }” in the tables.
reach-same = The two mean the same.
reach-narrower = This is narrower than the words of the request.
reach-wider = This is wider than the words of the request.
list-and = { $first } and { $last }
list-or = { $first } or { $last }
and-more = { $names } and { $more } more

# --- The response ------------------------------------------------------------------------------------------------------

read-here = Read this response in English
skip = Skip to the response
authority = Public authority
reference = Freedom of Information request reference
received = Received
answered = Answered
contents = Contents
decision = Decision
information = Information
notes = Notes page
tables = Tables
read-notes = Please read the figures together with the notes page and with the notes to each table.
records = Records
list-number = Record list { $number }: { $title }
table-number = Table { $number }: { $title }
question = Question { $number }
asked = What you asked
decided = Our decision
answer = Our answer
outcome-in-full = The information is disclosed in full.
outcome-in-part = The information is disclosed in part. This is a refusal notice for the rest.
outcome-refused = The information is not disclosed. This is a refusal notice.
outcome-not-held = The information is not held.
outcome-over-the-cost-limit = To answer this would cost more than the limit that section 12 of the Freedom of Information Act 2000 sets. It is not answered, and this is a refusal notice.
outcome-vexatious = The request is vexatious under section 14(1) of the Freedom of Information Act 2000. It is not answered, and this is a refusal notice.
outcome-repeated = The request repeats an earlier one, under section 14(2) of the Freedom of Information Act 2000. It is not answered, and this is a refusal notice.
outcome-neither-confirmed-nor-denied = We neither confirm nor deny that the information is held. This is a refusal notice.
outcome-already-accessible = The information is accessible to you by other means, and is not supplied again. This is a refusal notice.
outcome-transferred = This has been handed to another public body, which will answer you.
outcome-clarification-needed = We cannot answer this until we know more precisely what is asked for.
held-yes = We hold the information.
held-no = We do not hold the information.
exemption-heading = Section { $section } of the Freedom of Information Act 2000: { $title }
exemption-heading-untitled = Section { $section } of the Freedom of Information Act 2000
exemption-why = Why it applies: { $text }
exemption-harm = What disclosure would harm: { $text }
exemption-public-interest = The public interest: { $text }
exemption-qualified-person = The qualified person's opinion: { $text }
reason-would-disclose = No reason is given, since a reason would itself disclose what is exempt (section 17(4) of the Act).
reason-accessible = You can reasonably get it otherwise, as said below.
particulars-where = Where it is: { $text }
particulars-to = Who has been handed it: { $text }
particulars-needed = What we need to know: { $text }
particulars-estimate = How the cost was estimated: { $text }
advice = How you might get further: { $text }
review-upheld = The first answer is upheld.
review-upheld-in-part = The first answer is upheld in part.
review-overturned = The first answer is overturned, and this one takes its place.
rights-review = If you are not content with this letter, you may ask for an internal review. Please write to { $contact } within { $ask } working days of its date, and give the reference { $reference }. Somebody who had no part in it will look at your request afresh, and you should have their answer within { $answer } working days.
rights-here = the address from which this letter was sent
rights-regulator = If you are still not content after that, you may apply to the { $regulator } for a decision on whether your request was dealt with as the law requires (section 50 of the Freedom of Information Act 2000). Write to { $address }, or see { $website }.
rights-regulator-now = If you are not content with the review, you may apply to the { $regulator } for a decision on whether your request was dealt with as the law requires (section 50 of the Freedom of Information Act 2000). Write to { $address }, or see { $website }.
rights-complaints = For anything else about how you were dealt with, write to { $contact }.
other-basis = This is answered on another basis than asked.
withheld = Figures marked [c] are withheld, so that nobody can be identified. Some of them are small; others are withheld because a small one could be worked out from them, and larger figures may be among these.
shorthand-c = [c]: withheld so that nobody can be identified.
shorthand-z = [z]: not applicable.
shorthand-x = [x]: not available.
shorthand-p = [p]: provisional, and may still change.
shorthand-b = [b]: the series has a break here.

# --- Data files --------------------------------------------------------------------------------------------------------

csv-code = { $label } code
csv-from = { $label } from
csv-to = { $label } to
csv-total = Total
csv-rest = The others
csv-measure = Measure
csv-value = Value
csv-status = Status
csv-marks = Marks
csv-licence = Licence
csv-rights = No licence is stated with these data. Ask { $authority } on which terms they may be used again.
csv-about-value = The figure exactly as shown. Empty where there is none; the column of the status then says why.
csv-about-status = Why there is no figure: c, withheld so that nobody can be identified; z, not applicable; x, not available. Empty where there is one.
csv-about-marks = Marks of the figure: p, provisional, and may still change; b, the series has a break here.
csv-reading-title = How to read the file
csv-reading = One apostrophe was put before each text that begins with =, +, -, @, a tab, a line break or an apostrophe and is not a plain number, so that no program takes it for a formula. Take one apostrophe from the front of each text that has one, and it is as it was.

# --- Spreadsheets ------------------------------------------------------------------------------------------------------

sheet-cover = Cover
sheet-contents = Contents
sheet-notes = Notes
sheet-table = Table { $number }
sheet-list = Records { $number }
sheet-fact = { $label }: { $value }
sheet-authority = Published by
sheet-source = Source
sheet-as-at = Extracted on
sheet-about = About this report
sheet-one-table = This sheet holds one table.
sheet-from = Source: { $authority }, { $source }, extracted on { $day }.
sheet-see-notes = Notes on this table are on the sheet “{ $sheet }”: { $numbers }.
sheet-long-figures = Figures of more than 15 digits are stored as text, since a spreadsheet would cut them.
sheet-heading = { $outer }: { $inner }
sheet-marks = { $heading }: marks
sheet-again = { " " }({ $number })
sheet-unheaded = Column { $number }
sheet-name = Sheet
sheet-holds = What it holds
sheet-questions = Questions that it answers
sheet-all-questions = all
sheet-notes-title = Notes
sheet-all-tables = All tables
sheet-note = note { $number }
sheet-note-number = Note
sheet-note-about = Applies to
sheet-note-subject = Subject
sheet-note-text = Text

# --- What the command tells -----------------------------------------------------------------------------------------------

told-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
 }
told-fields = { $count ->
    [one] { $count } field
   *[other] { $count } fields
 }
told-files = { $count ->
    [one] { $count } file
   *[other] { $count } files
 }
told-questions = { $count ->
    [one] { $count } question
   *[other] { $count } questions
 }
told-tables = { $count ->
    [one] { $count } table
   *[other] { $count } tables
 }
told-cells = { $count ->
    [one] { $count } cell recounted
   *[other] { $count } cells recounted
 }
told-faults = { $count ->
    [one] { $count } fault
   *[other] { $count } faults
 }
told-findings = { $count ->
    [one] { $count } finding
   *[other] { $count } findings
 }
told-small = { $count ->
    [one] { $count } small figure was published
   *[other] { $count } small figures were published
 }
told-withheld = { $count ->
    [0] No figure was withheld
    [one] { $count } figure was withheld
   *[other] { $count } figures were withheld
 }
told-small-found = { $count ->
    [0] No figure is sensitive.
    [one] { $count } figure is sensitive:
   *[other] { $count } figures are sensitive:
 }
told-narrower = { $count ->
    [one] { $count } figure has a narrower interval than was asked for
   *[other] { $count } figures have a narrower interval than was asked for
 }
told-insiders = { $count ->
    [one] { $count } figure can be worked out by somebody who is counted in another
   *[other] { $count } figures can be worked out by people who are counted in others
 }
told-untried = { $count ->
    [one] for { $count } figure not all coalitions were looked at
   *[other] for { $count } figures not all coalitions were looked at
 }
told-groups = { $count ->
    [one] in { $count } row or column all records stand in one category, which suppression does not hide
   *[other] in { $count } rows or columns all records stand in one category, which suppression does not hide
 }
told-nearly-all = { $count ->
    [one] in { $count } row or column nearly all records stand in one category, which those in another learn
   *[other] in { $count } rows or columns nearly all records stand in one category, which those in another learn
 }
told-beside = { $count ->
    [one] { $count } small figure is in no table and can be worked out from those that are
   *[other] { $count } small figures are in no table and can be worked out from those that are
 }
told-lines = { $count ->
    [one] in { $count } row or column all records stand in one category
   *[other] in { $count } rows or columns all records stand in one category
 }
told-worked-out = { $count ->
    [one] { $count } figure came withheld and can be worked out:
   *[other] { $count } figures came withheld and can be worked out:
 }
told-figures = { $count ->
    [one] { $count } figure
   *[other] { $count } figures
 }
told-safe = { $count ->
    [0] Nothing had to be withheld under the policy.
    [one] The withheld figure cannot be worked out under the attacker declared.
   *[other] None of the { $count } withheld figures can be worked out under the attacker declared.
 }
told-more-faults = { $count ->
    [one] { $count } more fault
   *[other] { $count } more faults
 }
told-more-columns = { $count ->
    [one] { $count } more column
   *[other] { $count } more columns
 }

# Charts.
chart-number = Chart { $number }: { $title }
chart-number-of = Chart { $number }: { $title }: { $measure }
chart-line = Line chart of “{ $measure }” by { $along }, { $count } points from { $first } to { $last }.
chart-lines = Line chart of “{ $measure }” by { $along }, { $count } points from { $first } to { $last }, with a line for each of: { $series }.
chart-bars = Bar chart of “{ $measure }” by { $along }, { $count ->
    [one] one bar: { $first }
   *[other] { $count } bars from { $first } to { $last }
 }.
chart-grouped-bars = Bar chart of “{ $measure }” by { $along }, { $count ->
    [one] one group: { $first }
   *[other] { $count } groups from { $first } to { $last }
 }, with a bar for each of: { $series }.
chart-pyramid = Pyramid chart of “{ $measure }” by { $along }, { $count } rows from { $first } to { $last }, with bars back to back for: { $series }.
chart-gaps = { $count ->
    [one] One place has no figure: its shorthand stands there.
   *[other] { $count } places have no figure: their shorthand stands there.
 }
chart-table = All figures stand in “{ $table }”.

# Where a table is that is too large for a page.
table-elsewhere = This table is too long to be printed. It stands in full in the data file “{ $id }” that is published with this response.
