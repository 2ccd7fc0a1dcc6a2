using System.Text;

namespace MetaKube.Cluster.Text;

/// <summary>Closes a JSON text that was cut off, so that what is there can be read.</summary>
internal static class CutJson
{
    /// <summary>
    /// The text up to the last complete value, with the brackets that are open closed; null where nothing is complete.
    /// </summary>
    public static string? Close(string text)
    {
        var open = new Stack<char>();
        var (quoted, last, closers) = (false, -1, "");
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c == '\\')
                    i++;
                quoted = c != '"';
                continue;
            }
            switch (c)
            {
                case '"':
                    quoted = true;
                    break;
                case '{' or '[':
                    open.Push(c == '{' ? '}' : ']');
                    break;
                case '}' or ']' when open.Count > 0 && open.Peek() == c:
                    open.Pop();
                    (last, closers) = (i + 1, Closers(open));
                    break;
                case '}' or ']':
                    return null;
                // Before a comma a value is complete.
                case ',' when open.Count > 0:
                    (last, closers) = (i, Closers(open));
                    break;
            }
        }
        return last <= 0 || closers.Length == 0
            ? null
            : new StringBuilder(text, 0, last, last + closers.Length).Append(closers).ToString();
    }

    private static string Closers(Stack<char> open) => string.Concat(open);
}
