using Microsoft.AspNetCore.Http;

namespace MetaKube.ChatOps.Conversations;

/// <summary>The bytes of a request, within bounds: who sends it is checked on them, or after them.</summary>
internal static class RequestBody
{
    /// <summary>The body, or null where it is larger than so many bytes.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int largest)
    {
        if (request.ContentLength > largest)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
        {
            if (body.Length + read > largest)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
