using System.Text.RegularExpressions;
using MetaKube.Faults;
using MetaKube.Memory;

namespace MetaKube.Chat;

/// <summary>
/// Reads the requests of a message by its words, tolerant of typing errors; it needs no model. A message may hold
/// several questions.
/// </summary>
public static partial class IntentReader
{
    /// <summary>A longer message describes a problem; words of it that look like a request are none.</summary>
    private const int MostWords = 30,
        LongestText = 2000,
        LongestWords = 500;

    private static readonly HashSet<string> Vocabulary =
    [
        .. IntentPhrases.All.SelectMany(entry => entry.Phrases).SelectMany(phrase => phrase.Vocabulary),
        .. IntentPhrases.Common,
    ];

    private static readonly HashSet<string> Courtesy = new(
        IntentPhrases.All.First(entry => entry.Intent is Intent.Thanks).Phrases.SelectMany(phrase => phrase.Vocabulary),
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly HashSet<string> Pointers =
    [
        .. "it this that them its they these those es das dies esto eso ca cela lo".Split(' '),
    ];

    /// <summary>The requests of a message, in order: one, unless several questions are clearly apart.</summary>
    /// <param name="text">The message, without the mention of the bot and without pasted blocks.</param>
    public static IReadOnlyList<IntentReading> Read(string text)
    {
        var whole = Call().Replace(ChatText.Cut(text.Trim(), LongestText), "");
        if (Silent().IsMatch(whole))
            return [new(new Intent.None(), whole, "")];
        var readings = new List<IntentReading>();
        foreach (var sentence in Sentences(whole))
            foreach (var clause in Clauses(sentence))
                Add(readings, clause);
        // Courtesy beside a request is no request.
        var asked = readings.Where(reading => reading.Intent is not (Intent.Thanks or Intent.None)).ToList();
        return asked.Count > 0 ? asked : [.. readings.DefaultIfEmpty(ReadOne(whole)).Take(1)];
    }

    /// <summary>
    /// True if a message without a mention in one of the bot's threads may be for the bot; the thread decides.
    /// </summary>
    public static bool MayBeForUs(string text) =>
        !text.Contains("<@", StringComparison.Ordinal)
        && !Musing().IsMatch(text)
        && Read(text) is { Count: > 0 } all
        && all.All(MayBeForUs);

    /// <summary>
    /// True for a request that people address to the bot without its name. People also talk with each other in its
    /// threads: courtesies, promises and orders are theirs, and so is what asks for nothing.
    /// </summary>
    private static bool MayBeForUs(IntentReading reading) =>
        reading.Intent switch
        {
            Intent.None or Intent.Thanks or Intent.Stop or Intent.Acknowledge or Intent.Help or Intent.Note => false,
            Intent.GiveFeedback { Kind: FeedbackKind.Fixed } => ThisFixedIt().IsMatch(reading.Text),
            Intent.GiveFeedback given => given.Words is not null || given.IsFalseAlarm,
            Intent.Ask => Questioning().IsMatch(reading.Text) && MessageWords.Of(reading.Text).Words.Count <= MostWords,
            _ => true,
        };

    /// <summary>True if a text asks for something that an investigation can answer.</summary>
    public static bool IsQuestion(string text) =>
        Read(text)
            .Any(reading =>
                reading.Intent
                    is not (
                        Intent.None
                        or Intent.Help
                        or Intent.Thanks
                        or Intent.Stop
                        or Intent.List { Kind: not ListedKind.Failing }
                        or Intent.Write
                        or Intent.Language
                        or Intent.Note
                    )
            );

    /// <summary>The name by which people call the bot without a mention, at the start of a message.</summary>
    public static bool CallsUs(string text) => Call().IsMatch(text);

    private static void Add(List<IntentReading> readings, string clause)
    {
        var reading = ReadOne(clause);
        // Words that ask for nothing belong to the question before.
        if (reading.Intent is Intent.Ask && readings.Count > 0 && !Questioning().IsMatch(clause))
            return;
        if (reading.Intent is not Intent.Ask && readings is [{ Intent: Intent.Ask } context] && Context(context))
            readings.Clear();
        if (!readings.Any(other => other.Intent == reading.Intent && other.Rest == reading.Rest))
            readings.Add(reading);
    }

    /// <summary>True for words before a request that ask for nothing themselves.</summary>
    private static bool Context(IntentReading reading) => !Questioning().IsMatch(reading.Text) && reading.IsWhole;

    private static IEnumerable<string> Sentences(string text) =>
        SentenceEnd()
            .Split(text)
            .Select(sentence => sentence.Trim())
            .Where(sentence => sentence.Any(char.IsLetterOrDigit) || sentence.Contains("👍", StringComparison.Ordinal));

    /// <summary>Splits "since when and who is affected", where both sides are requests.</summary>
    private static IReadOnlyList<string> Clauses(string sentence)
    {
        foreach (var joint in Joint().EnumerateMatches(sentence))
        {
            var (left, right) = (sentence[..joint.Index].Trim(), sentence[(joint.Index + joint.Length)..].Trim());
            if (left.Length == 0 || right.Length == 0)
                continue;
            var (first, second) = (ReadOne(left), ReadOne(right));
            if (AreApart(first, second))
                return [left, .. Clauses(right)];
        }
        return [sentence];
    }

    private static bool AreApart(IntentReading first, IntentReading second)
    {
        if (first.Intent is Intent.GiveFeedback or Intent.Note or Intent.None or Intent.Stop or Intent.Acknowledge)
            return false;
        if (second.Intent is Intent.Thanks or Intent.None or Intent.Elsewhere)
            return false;
        if (second.Intent is Intent.Ask or Intent.Why)
            return (first.Intent is not Intent.Ask || Questioning().IsMatch(first.Text))
                && second.Rest.Length > 0
                && Questioning().IsMatch(second.Text);
        return first.Intent != second.Intent && (first.Intent is not Intent.Ask || Questioning().IsMatch(first.Text));
    }

    private static IntentReading ReadOne(string text)
    {
        var words = MessageWords.Of(text);
        if (words.Words.Count == 0)
            return new(new Intent.None(), text, "");
        if (LanguageOf(text, words) is { } language)
            return new(new Intent.Language(language), text, "");
        if (CodeIn(text) is { } code)
            return new(new Intent.ExplainCode(code), text, "");
        if (Elsewhere(text, words) is { } elsewhere)
            return elsewhere;
        if (words.Words.Count > MostWords || Best(text, words) is not var (intent, matched, weight))
            return new(new Intent.Ask(), text, Rest(words, [])) { Named = text };
        var rest = Rest(words, matched);
        intent = Refined(intent, text, words, rest);
        if (intent is Intent.Thanks && !rest.Split(' ').All(word => word.Length == 0 || Courtesy.Contains(word)))
            return new(new Intent.Ask(), text, Rest(words, [])) { Named = text };
        return new(intent, text, rest)
        {
            IsSpecific = weight > 1,
            Named = string.Join(' ', words.Words.Where((_, i) => !matched.Contains(i)).Select(word => word.Written)),
            IsAboutSubject = words.Words.Any(word => Pointers.Contains(word.Plain)),
        };
    }

    private static (Intent Intent, IReadOnlyList<int> Matched, int Weight)? Best(string text, MessageWords words)
    {
        (Intent Intent, IReadOnlyList<int> Matched, int Score)? best = null;
        foreach (var entry in IntentPhrases.All)
        {
            foreach (var phrase in entry.Phrases)
                if (phrase.Match(words, IsWord, IntentPhrases.Common.Contains) is { } matched)
                    Consider(entry.Intent, matched, matched.Count);
            foreach (var fragment in entry.Fragments)
                if (text.Contains(fragment, StringComparison.OrdinalIgnoreCase))
                    Consider(entry.Intent, [], fragment.Length);
        }
        return best;

        void Consider(Intent intent, IReadOnlyList<int> matched, int score)
        {
            if (best is null || score > best.Value.Score)
                best = (intent, matched, score);
        }
    }

    private static bool IsWord(string word, string known) =>
        word == known || !Vocabulary.Contains(word) && Spelling.IsLike(word, known);

    /// <summary>The words that neither the request nor ordinary speech needs.</summary>
    private static string Rest(MessageWords words, IReadOnlyList<int> matched) =>
        string.Join(
            ' ',
            words
                .Words.Where(
                    (word, i) => word.IsLatin && !matched.Contains(i) && !IntentPhrases.Common.Contains(word.Plain)
                )
                .Select(word => word.Written)
        );

    /// <summary>The request with what the words say beside it.</summary>
    private static Intent Refined(Intent intent, string text, MessageWords words, string rest)
    {
        var isQuestion = text.TrimEnd().EndsWith('?') || text.TrimEnd().EndsWith('？');
        return intent switch
        {
            Intent.GiveFeedback { Kind: FeedbackKind.Fixed } when isQuestion => new Intent.IsFixed(),
            Intent.GiveFeedback when isQuestion => new Intent.Sure(),
            Intent.GiveFeedback { Kind: FeedbackKind.Fixed } fix => fix with { Words = FixIn(text, rest) },
            Intent.GiveFeedback { IsFalseAlarm: false } wrong => wrong with { Words = CauseIn(text) },
            Intent.Write { Verb: WriteVerb.Restart } when Loop().IsMatch(text) => new Intent.Ask(),
            Intent.Silence when DurationIn(text) is null && ThreadWord().IsMatch(text) => new Intent.Stop(true),
            Intent.Silence => new Intent.Silence(DurationIn(text) ?? TimeSpan.FromHours(1)),
            Intent.Write { Verb: WriteVerb.Scale } => new Intent.Write(
                WriteVerb.Scale,
                words
                    .Words.Select(word => int.TryParse(word.Plain, out var n) ? n : (int?)null)
                    .FirstOrDefault(n => n is not null)
            ),
            _ => intent,
        };
    }

    /// <summary>"and staging?", "what about wallet", "the second one".</summary>
    private static IntentReading? Elsewhere(string text, MessageWords words)
    {
        if (Ordinal().Match(text) is { Success: true } ordinal)
            return new(new Intent.Elsewhere(NumberOf(ordinal.Groups["n"].Value)), text, "");
        if (OtherObject().Match(text) is not { Success: true } other)
            return null;
        var where = MessageWords.Of(other.Groups["where"].Value);
        var rest = Rest(where, []);
        var isRequest = Best(other.Groups["where"].Value, where) is not null;
        return rest.Length == 0 || isRequest
            ? null
            : new(new Intent.Elsewhere(null), text, rest) { Named = other.Groups["where"].Value };
    }

    private static int NumberOf(string word) =>
        MessageWords.Fold(word) switch
        {
            "first" or "1st" or "1" or "erste" or "ersten" or "primero" or "primera" or "premier" or "第一" => 1,
            "third" or "3rd" or "3" or "dritte" or "dritten" or "tercero" or "tercera" or "troisieme" => 3,
            "fourth" or "4th" or "4" or "vierte" => 4,
            "fifth" or "5th" or "5" => 5,
            _ => 2,
        };

    /// <summary>A fix that is named: after a colon or "by", else the whole message where it says more.</summary>
    private static string? FixIn(string text, string rest)
    {
        if (FixWords().Match(text) is { Success: true } match)
            return Cut(match.Groups["what"].Value);
        return rest.Contains(' ', StringComparison.Ordinal) ? Cut(text) : null;
    }

    private static string? CauseIn(string text) =>
        CauseWords().Match(text) is { Success: true } match && !Denial().IsMatch(match.Groups["what"].Value)
            ? Cut(match.Groups["what"].Value)
            : null;

    private static string? Cut(string text) =>
        text.Trim().TrimEnd('.', '!').Trim() is { Length: > 0 } words ? ChatText.Cut(words, LongestWords) : null;

    private static TimeSpan? DurationIn(string text)
    {
        if (Duration().Match(text) is not { Success: true } match)
            return null;
        var many = int.TryParse(match.Groups["n"].Value, out var n) ? n : 1;
        return match.Groups["unit"].Value.ToLowerInvariant()[0] switch
        {
            'm' or '分' => TimeSpan.FromMinutes(Math.Min(many, 10_000)),
            'd' or 't' or 'j' or '天' => TimeSpan.FromDays(Math.Min(many, 30)),
            _ => TimeSpan.FromHours(Math.Min(many, 720)),
        };
    }

    /// <summary>The language that a message asks for, or null.</summary>
    private static string? LanguageOf(string text, MessageWords words)
    {
        if (words.Words.Count > 12 || LanguageWords().Match(text) is not { Success: true } match)
            return null;
        return MessageWords.Fold(match.Groups["name"].Value) switch
        {
            "deutsch" or "german" => "German",
            "spanish" or "espanol" => "Spanish",
            "french" or "francais" => "French",
            "english" or "englisch" or "ingles" or "anglais" => "English",
            "chinese" or "中文" or "chinesisch" => "Chinese",
            "japanese" or "日本語" => "Japanese",
            var other => $"{char.ToUpperInvariant(other[0])}{other[1..]}",
        };
    }

    /// <summary>The code that a message asks to explain, or null.</summary>
    private static string? CodeIn(string text)
    {
        if (CodeQuestion().Match(text) is not { Success: true } match)
            return null;
        var code = (match.Groups["exit"].Value + match.Groups["code"].Value).TrimEnd('.', '?');
        return TermText.Find(code) is not null || FaultCatalogue.Find(code.ToLowerInvariant()) is not null
            ? code
            : null;
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        Spaced = Loose | RegexOptions.IgnorePatternWhitespace;

    /// <summary>Copies, reactions and empty words, whoever they mention.</summary>
    [GeneratedRegex(
        """
            ^ \W* (?: cc | fyi | :[+\w-]+: | \+1 | 👍 | 👀 | 🙏 | ✅ | 🎉 | 😂 | ❤️? | lol | haha )
              (?: [\s,:]+ (?: <@[^>]*> | @[\w.-]+ | 👍 | :[+\w-]+: ) )* \W* $
            """,
        Spaced | RegexOptions.NonBacktracking
    )]
    private static partial Regex Silent();

    [GeneratedRegex(@"(?<=[?!？！。])\s*|\n+|;\s+|(?<=[\p{L}\p{Nd})])\.\s+", RegexOptions.CultureInvariant)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@",?\s+(?:and|und|y|et|also|then|plus|aber|but)\s+(?:also\s+|then\s+)?|,\s+|，|、", Loose)]
    private static partial Regex Joint();

    [GeneratedRegex(
        """
            [?？] | ^ \W* (?: and \s+ | ok(?:ay)?,? \s+ | hey,? \s+ | please \s+ )*
            (?: why | what | whats | what's | how | is | are | does | do | did | can | could | when | who
              | which | where
              | check | look | warum | wieso | was | wie | ist | por | qu | pourquoi | est ) \b
            | 为什么 | なぜ | 怎么
            """,
        Spaced | RegexOptions.NonBacktracking
    )]
    private static partial Regex Questioning();

    [GeneratedRegex(
        """
            ^ \W* (?: ok(?:ay)?,? \s+ | now \s+ | please \s+ | hey,? \s+ )*
            (?:
                (?: and | und | y | et | or | e )?,? \s* (?: what | how ) \s+ about \s+ (?<where> .+? )
              | (?: und \s+ )? was \s+ ist \s+ mit \s+ (?<where> .+? )
              | (?: y \s+ )? qu[eé] \s+ (?: hay | pasa ) \s+ (?: de | con ) \s+ (?<where> .+? )
              | (?: et \s+ )? qu['’]en \s+ est[- ]il \s+ (?: de \s+ | du \s+ )? (?<where> .+? )
              | (?: and | und | y | et ) \s+ (?: (?: for|in|on|with|the|fur|für|auf|en|para|dans|pour|sur|mit|im
                 |bei|beim
                 |in\s+der|in\s+dem|le|la|el|der|die|das) \s+ ){0,3} (?<where> [\w./-]+ (?: \s+ [\w./-]+ )? )
                (?: \s+ then )?
              | (?: the \s+ )? same \s+ (?: thing \s+ )? (?: for|in|on|with ) \s+ (?<where> .+? )
              | (?: now \s+ )? (?: switch | move | change ) \s+ (?: over \s+ )? to \s+ (?<where> .+? )
              | (?: now | instead ) ,? \s+ (?<where> [\w./-]+ )
              | (?: and \s+ )? (?: the \s+ )? (?<where> [\w./-]+ (?: \s+ [\w./-]+ )? ) \s+
                (?: too | as \s+ well | auch | tambi[eé]n | aussi )
              | (?: ok(?:ay)?,? \s+ )? (?: back | return ) \s+ to \s+ (?<where> .+? )
              | the \s+ one \s+ (?: in | of | from ) \s+ (?<where> .+? )
              | i \s+ (?: mean | meant ) ,? \s+ (?<where> .+? ) (?: \s+ not \s+ \S+ )?
            )
            \s* [?？.!]* \s* $
            | ^ \W* 那?么? \s* (?<where> [\x21-\x7e]+ ) \s* (?: 呢 | 怎么样 | は | はどう | の方 ) .{0,8} $
            """,
        Spaced | RegexOptions.NonBacktracking
    )]
    private static partial Regex OtherObject();

    [GeneratedRegex(
        """
            ^ \W* (?: ok(?:ay)?,? \s+ | and \s+ | und \s+ | y \s+ | et \s+ | now \s+ | then \s+ | show \s+ (?:me\s+)?
              | (?:what|how) \s+ about \s+ | what \s+ is \s+ | whats \s+ | what's \s+ | look \s+ at \s+ | check \s+
              | tell \s+ me \s+ about \s+ | explain \s+ | why \s+ (?:is \s+)? )*
            (?: the | der | die | das | den | el | la | le )? \s*
            (?: number | no\.? | nr\.? | \# )? \s*
            (?<n> first | second | third | fourth | fifth | [1-5] (?:st|nd|rd|th)? | next | other | last | zweite[nr]?
              | erste[nr]? | dritte[nr]? | segund[oa] | primer[oa] | tercer[oa] | deuxi[eè]me | premier | autre | otro
              | otra | andere[nr]? | n[aä]chste[nr]? )
            \s* (?: one | problem | issue | failure | pod | object | uno | un | une | thing )?
            \s* (?: then )? \s* [?？.!]* \s* $
            | (?<n> 第二 | 第一 | 第三 | 2番目 | 二番目 | 另一个 | もう一つ | 二つ目 | 2つ目 )
            """,
        Spaced | RegexOptions.NonBacktracking
    )]
    private static partial Regex Ordinal();

    [GeneratedRegex(
        """
            (?: fixed | solved | resolved | did | helped | worked | behoben | gel[oö]st | gefixt | arreglad[oa]
              | solucionad[oa] | r[eé]par[eé] | corrig[eé] | r[eé]solu ) (?: \s+ (?:it|this|that|the\s+problem|es) )?
              \s* (?: [:,–—-] \s* (?:by\s+)? | \s (?: by | with | after | because | durch | mit | con | al | par | avec
                | en ) \s ) \s* (?<what> .+ ) $
            | ^ \W* (?: (?:what|that) \s+ )? (?<what> .+? ) \s+ (?: fixed | solved | resolved | did ) \s+
              (?: it | this | that ) \W* $
            | (?: 修好了 | 解决了 | 已修复 | 直りました | 解決しました ) [:：,，、 ]+ (?<what> .+ ) $
            """,
        Spaced | RegexOptions.NonBacktracking | RegexOptions.Singleline
    )]
    private static partial Regex FixWords();

    [GeneratedRegex(
        """
            (?: it | that | this | cause | reason | problem | culprit ) (?: \s+ (?:really|actual(?:ly)?) )?
              (?: \s+ (?:was|is|were) | 's | \s+ turned \s+ out \s+ to \s+ be )
              (?: \s+ (?:really|actually|because\s+of|caused\s+by|due\s+to|just) )* \s+
              (?: (?:the|a|an|our|that) \s+ )? (?<what> .+ ) $
            | (?: ^ | [\s,] ) its \s+ (?: (?:the|a|an|our) \s+ ) (?<what> .+ ) $
            | (?: es | das ) \s+ (?: war | lag \s+ an | lag ) \s+ (?: (?:der|die|das|dem|den|an) \s+ )* (?<what> .+ ) $
            | (?: fue | era | es ) \s+ (?: (?:el|la|los|las|un|una) \s+ )? (?<what> .+ ) $
            | c['’]?\s?[eé]tait \s+ (?: (?:le|la|les|un|une) \s+ | l['’] )? (?<what> .+ ) $
            | (?: 是因为 | 其实是 | 应该是 | 而是 | 是 ) (?<what> .+ ) $
            | (?: actually | really | nope | no | wrong | nein | non ) ,? \s+ (?: the \s+ ) (?<what> .+ ) $
            """,
        Spaced | RegexOptions.NonBacktracking | RegexOptions.Singleline
    )]
    private static partial Regex CauseWords();

    [GeneratedRegex(
        """
            (?<n> \d{1,4} | \b an? \b | \b eine? \b | \b une? \b | \b una \b ) \s*
            (?: (?<unit> m(?:in\w*)? | h(?:ours?|rs?)? | d(?:ays?)? | stunden? | tage? | horas? | heures? | jours? ) \b
              | (?<unit> 分 | 小时 | 時間 | 天 ) )
            """,
        Spaced | RegexOptions.NonBacktracking
    )]
    private static partial Regex Duration();

    [GeneratedRegex(
        """
            \b (?: auf | in | en | to ) \s+ (?<name> deutsch | german | spanish | espa[nñ]ol | french | fran[cç]ais
              | english | englisch | ingl[eé]s | anglais | chinese | chinesisch | japanese | italian
              | portuguese | polish
              | russian | dutch | korean | hindi | turkish ) \b
            | \b (?: speak | sprich | habla | parle ) \s+ (?<name> deutsch | german | spanish | espa[nñ]ol | french
              | fran[cç]ais | english | chinese | japanese ) \b
            | (?: 用 | 说 | 请用 ) (?<name> 中文 | 英文 | 日本語 )
            | (?<name> 日本語 | 中文 ) (?: で | 回答 )
            """,
        Spaced | RegexOptions.NonBacktracking
    )]
    private static partial Regex LanguageWords();

    [GeneratedRegex(
        """
            ^ \W* (?: please \s+ | can \s+ you \s+ )?
            (?: explain | what(?:'s|\s+is|\s+does|s|\s+are) | was \s+ (?:ist|bedeutet|hei[sß]+t)
              | qu[eé] \s+ (?: es | significa ) | meaning \s+ of | erkl[aä]re? | explica | explique[rz]?
              | que \s+ signifie | define
              | tell \s+ me \s+ about | what \s+ does )
            \s+ (?: (?:a|an|the|der|die|das|el|la|le|code|error|fault|status|state|reason) \s+ )*
            (?: (?<exit> exit \s* (?:code|status)? \s* \d{1,3} ) | (?<code> [a-zA-Z][\w.-]{3,60} ) )
            \s* (?: means? | stand(?:s)? \s+ for | error | mean \s+ exactly )? \W* $
            """,
        Spaced
    )]
    private static partial Regex CodeQuestion();

    /// <summary>Guesses, plans and proposals, which people make to each other.</summary>
    [GeneratedRegex(
        @"^\W*(?:i|i'm|i'll|we|maybe|perhaps|let'?s|(?:how|what)\s+about\s+(?:we|you|i)|shall\s+we|ich|wir)\b",
        Loose
    )]
    private static partial Regex Musing();

    [GeneratedRegex(@"\brestart(?:s|ing|ed)?\s+loops?\b", Loose)]
    private static partial Regex Loop();

    [GeneratedRegex(@"\b(?:thread|conversation|channel|chat)\b", Loose)]
    private static partial Regex ThreadWord();

    [GeneratedRegex(@"^(?:not|wrong|right|correct|true|false|it|fine|ok|good|nothing|n't)\b", Loose)]
    private static partial Regex Denial();

    [GeneratedRegex(
        @"^\W*(?:yes,?\s+)?(?:this|that|it)\s+(?:has\s+)?(?:fixed|solved|resolved|did)\s+(?:it|this|that|the problem)\b"
            + @"|^\W*(?:it(?:'s|\s+is|\s+was)\s+)?(?:fixed|solved)(?:\s+(?:by|with)\s|:)",
        Loose
    )]
    private static partial Regex ThisFixedIt();

    [GeneratedRegex(@"^\W*(?:hey\s+|hi\s+|ok\s+)?@?metakube\b[\s,:]*", Loose)]
    private static partial Regex Call();
}
