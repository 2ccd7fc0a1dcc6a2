namespace MetaKube.Chat;

/// <summary>
/// A pattern of words: <c>a|b</c> one of several words, <c>a?</c> may be missing, <c>*</c> up to five words of any
/// kind, <c>^</c> the message begins here, <c>$</c> it ends here. Common words may stand before <c>^</c> and after
/// <c>$</c>. A word may be misspelt.
/// </summary>
internal sealed class IntentPhrase
{
    private const int LongestGap = 5;

    private readonly IReadOnlyList<Element> elements;
    private readonly bool isAtStart;
    private readonly bool isAtEnd;

    private IntentPhrase(IReadOnlyList<Element> elements, bool isAtStart, bool isAtEnd) =>
        (this.elements, this.isAtStart, this.isAtEnd) = (elements, isAtStart, isAtEnd);

    private sealed record Element(IReadOnlyList<string> Words, bool IsOptional)
    {
        public bool IsGap => Words.Count == 0;
    }

    /// <summary>All words that the pattern names.</summary>
    public IEnumerable<string> Vocabulary => elements.SelectMany(element => element.Words);

    public static IntentPhrase Parse(string pattern)
    {
        var parts = pattern.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        var isAtStart = parts[0] == "^";
        var isAtEnd = parts[^1] == "$";
        return new(
            [
                .. parts
                    .Where(part => part is not ("^" or "$"))
                    .Select(part =>
                        part == "*"
                            ? new Element([], false)
                            : new Element(part.TrimEnd('?').Split('|'), part.EndsWith('?'))
                    ),
            ],
            isAtStart,
            isAtEnd
        );
    }

    /// <summary>The places of the words that the pattern matches; null where it does not fit.</summary>
    /// <param name="words">The message.</param>
    /// <param name="isWord">True if a word of the message is a word of the pattern, perhaps misspelt.</param>
    /// <param name="isCommon">True for words that may stand around a request.</param>
    public IReadOnlyList<int>? Match(MessageWords words, Func<string, string, bool> isWord, Func<string, bool> isCommon)
    {
        var found = new List<int>();
        for (var start = 0; start < words.Words.Count; start++)
        {
            if (Fits(words, 0, start, found, isWord, isCommon))
                return found;
            if (isAtStart && !isCommon(words.Words[start].Plain))
                return null;
        }
        return null;
    }

    private bool Fits(
        MessageWords words,
        int element,
        int at,
        List<int> found,
        Func<string, string, bool> isWord,
        Func<string, bool> isCommon
    )
    {
        if (element == elements.Count)
            return !isAtEnd || words.Words.Skip(at).All(word => isCommon(word.Plain));
        var one = elements[element];
        if (one.IsGap)
        {
            for (var gap = 0; gap <= LongestGap && at + gap <= words.Words.Count; gap++)
                if (Fits(words, element + 1, at + gap, found, isWord, isCommon))
                    return true;
            return false;
        }
        if (at < words.Words.Count && one.Words.Any(word => isWord(words.Words[at].Plain, word)))
        {
            found.Add(at);
            if (Fits(words, element + 1, at + 1, found, isWord, isCommon))
                return true;
            found.RemoveAt(found.Count - 1);
        }
        return one.IsOptional && Fits(words, element + 1, at, found, isWord, isCommon);
    }
}
