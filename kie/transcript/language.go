package transcript

import (
	"strings"
	"unicode"

	iso "golang.org/x/text/language"
)

// A language says how sentences end where a full stop may mean something else,
// and where a line of subtitles ends best. Words are in small letters, without
// their last full stop.
type language struct {
	titles  wordSet // stand before a name, and end no sentence
	before  wordSet // stand before a number or the like, and end no sentence there
	shorts  wordSet // stand anywhere; a sentence may end with one
	starts  wordSet // of those that begin sentences most often, such as pronouns
	ordinal wordSet // stand before an ordinal, which is written with a full stop
	links   wordSet // conjunctions and prepositions, before which a line may end
	holds   wordSet // articles and the like, which belong to what follows
}

type wordSet map[string]bool

func wordsIn(text string) wordSet {
	set := make(wordSet)
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

func (s wordSet) has(word string) bool { return s[word] }

// longestListed is the length in bytes of the longest word in a list.
const longestListed = 24

// hasWord is has for a word as it stands in a text, with capitals and marks.
func (s wordSet) hasWord(text string) bool {
	return len(s) > 0 && len(text) <= longestListed && s[strings.ToLower(strings.TrimFunc(text, unicode.IsPunct))]
}

// languages are the languages by their shortest code.
var languages = map[string]language{
	"en": {
		titles: wordsIn("mr mrs ms mx dr prof sen rep gov gen col maj capt cmdr lt sgt cpl pvt adm hon rev fr msgr pres supt det insp mt messrs vs v"),
		before: wordsIn("no nos p pp vol vols fig figs art ch sec par para pt ed eq ex approx ca c op cf jan feb mar apr jun jul aug sep sept oct nov dec"),
		shorts: wordsIn("inc ltd co corp llc jr sr st ft esq bros assn dept univ est etc al ave blvd rd hwy a.m p.m e.g i.e"),
		starts: wordsIn("the a an this that these those he she it they we you i his her its their our your my there here but and so then when if in on at for from what who why how no yes not now as after before because while some all one"),
		links:  wordsIn("and or but nor so yet because that which who whom whose when where while if whether as than though although unless until since before after of in on at to for from with without by about into onto over under between through during against among around behind beyond near toward towards upon like per via"),
		holds:  wordsIn("a an the this that these those my your his her its our their no every each some any very more most so too not to i i'm i've i'll we we're we've you you're they they're he he's she she's it's is are was were be been has have had will would can could should may might must do does did of in on at for from with by and or but"),
	},
	"de": {
		titles:  wordsIn("dr prof hr hrn fr dipl ing mag st frl gebr nr abt bzgl bzw ggf ca etwa evtl gegr geb gest inkl exkl max min mind vgl sog z.b d.h u.a z.t i.d.r o.ä u.ä s.o s.u v.a v.chr n.chr"),
		before:  wordsIn("s bd kap art abs abb tel fig jh jhd ziff anm"),
		shorts:  wordsIn("usw etc usf ff str gmbh co inh jan feb apr jun jul aug sep sept okt nov dez mio mrd"),
		starts:  wordsIn("der die das ein eine er sie es wir ihr ich du man dies diese dieser dann da hier und aber oder denn doch nun so wenn als was wer wie wo warum ja nein nicht im in am an auf mit nach von zu danach deshalb"),
		ordinal: wordsIn("am im zum zur vom beim der die das den dem des dieser diese diesen dieses jeder jede jeden jedes ein eine einen einem einer eines mein meine meinen sein seine seinen seinem ihr ihre ihren ihrem unser unsere unseren bis ab seit und im"),
		links:   wordsIn("und oder aber sondern denn weil dass ob wenn als während obwohl bevor nachdem damit sodass bis seit wo wie der die das welche welcher welches in im an am auf aus bei beim mit nach von vom zu zum zur für gegen ohne um durch über unter vor hinter neben zwischen wegen trotz statt"),
		holds:   wordsIn("der die das den dem des ein eine einen einem einer eines kein keine keinen mein meine dein deine sein seine ihr ihre unser unsere dieser diese dieses jeder jede jedes sehr so zu nicht ich du er sie es wir ist sind war waren hat haben wird werden in im an am auf aus bei mit nach von vom zu zum zur für und oder"),
	},
	"fr": {
		titles: wordsIn("m mm mme mlle me dr pr prof st ste mgr cf ex p.ex av bd env éd"),
		before: wordsIn("p pp n no nos vol chap fig art t tél v"),
		shorts: wordsIn("etc cie jr sté inc ltd j.-c s.a r.d.v"),
		starts: wordsIn("le la les l' un une des il elle ils elles on nous vous je tu ce cette ces c'est cela mais et ou donc or ni car puis alors si quand que qui quoi comment pourquoi où dans en à pour avec non oui ensuite"),
		links:  wordsIn("et ou mais donc or ni car que qui dont où quand si comme lorsque puisque parce pendant avant après de du des à au aux en dans sur sous avec sans pour par chez vers entre contre depuis"),
		holds:  wordsIn("le la les l' un une des du de d' ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs je j' tu il elle on nous vous ils elles ne n' très plus si est sont était a ont à au aux en dans sur avec pour par et ou que qui"),
	},
	"es": {
		titles: wordsIn("sr sra srta sres dr dra prof profa d dña lic ing arq gral cap cnel tte sto sta san mons ee av avda pza c/ p.ej ej"),
		before: wordsIn("núm no nº pág págs p pp vol cap art fig tel aprox"),
		shorts: wordsIn("etc cía ltda s.a uu a.c d.c a.m p.m ud uds vd vds jr"),
		starts: wordsIn("el la los las un una unos unas él ella ellos ellas yo tú nosotros usted ustedes esto esta este eso esa ese pero y o entonces luego si cuando que qué quién cómo por porque dónde en a con para no sí ahora después"),
		links:  wordsIn("y e o u pero sino porque que quien donde cuando como si aunque mientras pues de del a al en con sin por para sobre entre desde hasta hacia según contra durante tras"),
		holds:  wordsIn("el la los las un una unos unas lo al del mi mis tu tus su sus nuestro nuestra este esta estos estas ese esa cada muy más tan no se me te le nos es son era fue ha han de a en con por para y o que"),
	},
	"pt": {
		titles: wordsIn("sr sra srta srs dr dra prof profa eng arq gen cap cel ten dom d av r pça exmo exma v.exa p.ex ex"),
		before: wordsIn("n no nº núm pág págs p pp vol cap art fig tel aprox"),
		shorts: wordsIn("etc cia ltda s.a a.c d.c a.m p.m jr lda"),
		starts: wordsIn("o a os as um uma uns umas ele ela eles elas eu tu nós você vocês isto isso esta este essa esse mas e ou então depois se quando que quem como por porque onde em com para não sim agora"),
		links:  wordsIn("e ou mas porém porque que quem onde quando como se embora enquanto pois de do da dos das a ao à em no na nos nas com sem por pelo pela para sobre entre desde até contra durante"),
		holds:  wordsIn("o a os as um uma uns umas ao à do da dos das no na nos nas meu minha seu sua nosso nossa este esta esse essa cada muito mais tão não se me te lhe é são era foi tem de em com por para e ou que"),
	},
	"it": {
		titles: wordsIn("sig sigg sig.ra sig.na dott dott.ssa prof prof.ssa ing avv arch geom rag on sen gen cap col ten mons don s ss p.es es v.le c.so p.za"),
		before: wordsIn("n nn nr num pag pagg p pp vol cap art fig tel ca"),
		shorts: wordsIn("ecc etc s.p.a s.r.l a.c d.c jr"),
		starts: wordsIn("il lo la i gli le l' un uno una egli lui lei loro noi voi io tu questo questa quello quella ma e o poi allora se quando che chi cosa come perché dove in a con per no sì ora dopo"),
		links:  wordsIn("e ed o ma però perché che chi dove quando come se anche mentre poiché di del della dei delle a al alla in nel nella con senza per su sul sulla tra fra da dal dalla verso contro durante"),
		holds:  wordsIn("il lo la i gli le l' un uno una un' del della dei delle al alla nel nella sul sulla dal dalla mio mia tuo tua suo sua nostro nostra questo questa quel quella ogni molto più così non si mi ti ci è sono era ha hanno di a in con per da e o che"),
	},
	"nl": {
		titles: wordsIn("dhr mevr mw dr prof ir ing mr drs st ds bijv bv evt incl excl max min resp zgn ca vgl d.w.z o.a m.a.w t.a.v i.p.v n.a.v a.u.b"),
		before: wordsIn("nr nrs p pag blz art hfst fig tel par"),
		shorts: wordsIn("enz etc e.d jr sr str b.v n.v v.chr n.chr a.s jl"),
		starts: wordsIn("de het een hij zij ze wij we jij je ik u dit dat deze die er hier maar en of dus toen dan als wanneer wat wie hoe waarom waar in op met van naar nee ja niet nu daarna"),
		links:  wordsIn("en of maar want omdat dat die wie waar wanneer als terwijl hoewel voordat nadat zodat van in op aan bij met naar uit voor tegen zonder om door over onder tussen tijdens volgens"),
		holds:  wordsIn("de het een mijn jouw je zijn haar ons onze hun dit dat deze die elke elk geen heel zeer zo te niet ik jij hij zij ze wij we is was heeft hebben wordt van in op aan bij met naar voor en of"),
	},
	"pl": {
		titles:  wordsIn("p pp dr prof mgr inż hab ks św gen płk mjr kpt por red np tzn tj tzw m.in ul al pl os im ww wg ok godz nr por"),
		before:  wordsIn("s str t tom rozdz rys art ust poz tel"),
		shorts:  wordsIn("itd itp etc r w zł gr tys mln mld n.e p.n.e sp z.o.o jr sr"),
		starts:  wordsIn("to ten ta te on ona ono oni one my wy ja ty a i ale lecz więc potem wtedy gdy kiedy jeśli że kto co jak dlaczego gdzie w na do z po nie tak teraz"),
		ordinal: wordsIn("w na do od dnia po przed przez i z ten ta to tego tej"),
		links:   wordsIn("i a oraz lub albo ale lecz bo że który która które kiedy gdzie gdy jeśli jak choć ponieważ żeby aby w we na z ze do od po o u za przed pod nad między przez dla bez podczas"),
		holds:   wordsIn("ten ta to te mój moja twój twoja jego jej nasz nasza ich każdy każda bardzo nie się w we na z ze do od po o u za przez dla i a że"),
	},
	"ru": {
		titles: wordsIn("г гг гр д-р проф акад доц инж им св ул пл пр просп пер д стр корп кв оф т.е т.к т.н т.п и.о напр см ср тов гос обл р"),
		before: wordsIn("с стр т гл рис табл ст п пп тел № разд"),
		shorts: wordsIn("др пр т.д т.п руб коп тыс млн млрд н.э до н.э в вв лет"),
		starts: wordsIn("он она оно они мы вы я ты это этот эта эти тот та те но и а или потом тогда когда если что кто как почему где в на с по из к у нет да не теперь там здесь"),
		links:  wordsIn("и а но или либо потому что который которая которые когда где если как хотя чтобы пока в во на с со к ко из от до по о об у за перед под над между через для без при про"),
		holds:  wordsIn("этот эта это эти тот та мой моя твой твоя его её наш наша их каждый очень не ни в во на с со к ко из от до по о об у за для и а что"),
	},
	"uk": {
		titles: wordsIn("г гг гр д-р м п проф акад доц ім вул пл пр просп пров д буд кв т.зв т.к і.о напр див ред"),
		before: wordsIn("с стор ст т гл рис табл п пп тел № розд"),
		shorts: wordsIn("ін т.д т.п грн коп тис млн млрд н.е рр ст"),
		starts: wordsIn("він вона воно вони ми ви я ти це цей ця ці той та але і й або потім тоді коли якщо що хто як чому де в у на з із по до ні так не тепер там тут"),
	},
	"hi": {
		titles: wordsIn("डॉ डा श्री श्रीमती सुश्री प्रो पं कु मो स्व"),
		before: wordsIn("सं क्र पृ रु"),
		links:  wordsIn("और या लेकिन मगर क्योंकि कि जो जब जहाँ अगर तो"),
		holds:  wordsIn("एक यह वह ये वे मेरा मेरी मेरे तुम्हारा उसका उसकी हमारा इस उस हर बहुत नहीं न"),
	},
	"mr": {titles: wordsIn("डॉ श्री सौ प्रा कु"), before: wordsIn("क्र पृ रु")},
	"ne": {titles: wordsIn("डा श्री सुश्री प्रा"), before: wordsIn("नं पृ रु")},
	"bn": {titles: wordsIn("ডা ড মি মো মোঃ অধ্যা"), before: wordsIn("নং পৃ")},
	"ro": {titles: wordsIn("dl dna d-l d-na dr prof ing sf str bd nr pag"), shorts: wordsIn("etc a.m p.m s.a s.r.l ș.a")},
	"cs": slavicOrdinals("mgr ing dr prof doc mudr judr phdr rndr sv p pí sl tzv tj např resp popř cca čp ul nám tř"),
	"sk": slavicOrdinals("mgr ing dr prof doc mudr judr phdr sv p pí sl tzv tj napr resp popr cca ul nám"),
	"hr": slavicOrdinals("dr prof mr sc g gđa gđica sv npr tj tzv ul"),
	"sl": slavicOrdinals("dr prof mag g ga gdč sv npr tj t.i ul"),
	"da": nordicOrdinals("hr fr dr prof f.eks bl.a ca inkl ekskl osv dvs jf kl st"),
	"no": nordicOrdinals("hr fr dr prof f.eks bl.a ca inkl ekskl osv dvs jf kl st"),
	"nb": nordicOrdinals("hr fr dr prof f.eks bl.a ca inkl ekskl osv dvs jf kl st"),
	"nn": nordicOrdinals("hr fr dr prof t.d bl.a ca inkl ekskl osv dvs jf kl st"),
	"fi": nordicOrdinals("hra rva nti dr prof esim mm ns jne tms ym ks n"),
	"sv": {titles: wordsIn("hr fr dr prof t.ex bl.a ca inkl exkl dvs d.v.s s.k st kl resp f.d"), shorts: wordsIn("osv o.s.v etc m.m kr")},
	"tr": {titles: wordsIn("dr prof doç av sn sok cad mah apt bul alb yzb"), before: wordsIn("no s cilt"), shorts: wordsIn("vb vs a.ş ltd şti")},
}

func slavicOrdinals(titles string) language {
	return language{titles: wordsIn(titles), before: wordsIn("č str s tel obr"), shorts: wordsIn("atd apod itd a.s s.r.o kč"), ordinal: wordsIn("v ve na do od dne z ze po k ke před")}
}

func nordicOrdinals(titles string) language {
	return language{titles: wordsIn(titles), before: wordsIn("nr s side kap fig tlf"), shorts: wordsIn("etc mv m.m osv"), ordinal: wordsIn("den det de d i på til fra og fra")}
}

// languageOf returns what is known of a language by its code, such as "eng",
// "en" or "en-GB", and its shortest code. For a language that is not known it
// knows English titles.
func languageOf(code string) (shortest string, known language) {
	tag, _ := iso.Parse(code)
	if base, confidence := tag.Base(); confidence == iso.Exact {
		shortest = base.String()
	}
	if l, ok := languages[shortest]; ok {
		return shortest, l
	}
	return shortest, language{titles: languages["en"].titles, shorts: languages["en"].shorts, starts: languages["en"].starts}
}
