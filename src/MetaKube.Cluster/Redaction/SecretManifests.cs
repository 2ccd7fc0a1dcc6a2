namespace MetaKube.Cluster.Redaction;

/// <summary>The values of Secrets in manifests, as YAML or JSON, whatever the order of their fields.</summary>
internal static class SecretManifests
{
    public static void Find(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        if (!text.Contains("Secret", StringComparison.Ordinal) || !text.Contains("ata", StringComparison.Ordinal))
            return;
        Yaml(text, secrets);
        Json(text, secrets);
    }

    /// <summary>The lines below "data:" and "stringData:" of each document or item that says "kind: Secret".</summary>
    private static void Yaml(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        var data = new List<(int Start, int End, int Indentation)>();
        var isSecret = false;
        var inData = -1;
        for (var line = 0; line <= text.Length;)
        {
            var length = line < text.Length ? text[line..].IndexOf('\n') : 0;
            var end = length < 0 ? text.Length : line + length;
            var content = text[line..end].TrimEnd();
            var indentation = content.Length - content.TrimStart(" ->").Length;
            var words = content[indentation..];
            var startsItem =
                words.StartsWith("apiVersion:") && content.IndexOf('-') is >= 0 and var dash && dash < indentation;
            if (content is "---" || startsItem || words.StartsWith("items:"))
            {
                Flush(data, isSecret, secrets);
                (isSecret, inData) = (false, -1);
            }
            if (words is "kind: Secret" or "kind: \"Secret\"")
                isSecret = true;
            if (words is "data:" or "stringData:")
                inData = indentation;
            else if (inData >= 0 && words.Length > 0 && indentation > inData)
                AddField(data, text, line, line + content.Length, indentation);
            else if (words.Length > 0)
                inData = -1;
            if (end >= text.Length)
                break;
            line = end + 1;
        }
        Flush(data, isSecret, secrets);
    }

    private static void AddField(
        List<(int Start, int End, int Indentation)> data,
        ReadOnlySpan<char> text,
        int line,
        int end,
        int indentation
    )
    {
        var content = text[line..end];
        var colon = content.IndexOf(": ", StringComparison.Ordinal);
        if (colon >= 0)
            data.Add((line + colon + 2, end, indentation));
        else if (content[^1] != ':')
            data.Add((line + indentation, end, indentation));
    }

    private static void Flush(List<(int Start, int End, int Indentation)> data, bool isSecret, SecretSpans secrets)
    {
        if (isSecret)
            foreach (var (start, end, _) in data)
                if (end - start > 2)
                    secrets.Add(start, end);
        data.Clear();
    }

    /// <summary>The strings in "data" and "stringData" of each JSON object whose "kind" is Secret.</summary>
    private static void Json(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        if (!text.Contains("\"Secret\"", StringComparison.Ordinal))
            return;
        const int deepest = 200;
        var objects = new Stack<JsonFrame>();
        var name = (Start: 0, End: 0);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '{' when objects.Count < deepest:
                    objects.Push(
                        new(Name(text, name) is "data" or "stringData", objects.Count > 0 ? objects.Peek() : null)
                    );
                    name = default;
                    break;
                case '}' when objects.Count > 0:
                    objects.Pop().Close(secrets);
                    break;
                case '"':
                    var end = EndOfString(text, i);
                    var after = ValueReader.SkipSpace(text, end + 1);
                    if (after < text.Length && text[after] == ':')
                        name = (i + 1, end);
                    else if (objects.Count > 0)
                        objects.Peek().Add(Name(text, name), text[(i + 1)..end], i + 1, end);
                    i = end;
                    break;
            }
        }
    }

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> text, (int Start, int End) name) =>
        text[name.Start..name.End];

    private static int EndOfString(ReadOnlySpan<char> text, int open)
    {
        for (var i = open + 1; i < text.Length; i++)
            if (text[i] == '\\')
                i++;
            else if (text[i] is '"' or '\n')
                return i;
        return text.Length;
    }

    /// <summary>An object of JSON that is being read.</summary>
    private sealed class JsonFrame(bool isData, JsonFrame? parent)
    {
        private readonly List<(int Start, int End)> values = [];
        private bool isSecret;

        public void Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int start, int end)
        {
            if (name is "kind" && value is "Secret")
                isSecret = true;
            if (isData)
                parent?.values.Add((start, end));
        }

        public void Close(SecretSpans secrets)
        {
            if (!isSecret)
                return;
            foreach (var (start, end) in values)
                secrets.Add(start, end);
        }
    }
}
