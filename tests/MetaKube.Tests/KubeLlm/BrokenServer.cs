using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetaKube.Tests.KubeLlm;

/// <summary>An HTTP server that does what a healthy llama-server would never do.</summary>
internal sealed class BrokenServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private BrokenServer(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>The requests, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static async Task<BrokenServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new BrokenServer(app);
        app.Run(async context =>
        {
            server.Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
            await answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        server.Address = new(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()
        );
        return server;
    }

    /// <summary>An OpenAI-compatible server with chosen answers.</summary>
    public static Task<BrokenServer> AnsweringAsync(Func<HttpContext, Task> chat) =>
        StartAsync(async context =>
        {
            if (context.Request.Path.Value == "/v1/models")
                await context.Response.WriteAsync("""{"data":[{"id":"broken","max_model_len":16384}]}""");
            else if (context.Request.Path.Value == "/v1/chat/completions")
                await chat(context);
            else
                context.Response.StatusCode = 404;
        });

    /// <summary>Sends a text as a model's answer, the way it is streamed.</summary>
    public static async Task StreamAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var chunk in text.Chunk(20))
        {
            var update = new
            {
                id = "x",
                @object = "chat.completion.chunk",
                created = 1,
                model = "broken",
                choices = new[] { new { index = 0, delta = new { content = new string(chunk) } } },
            };
            await context.Response.WriteAsync($"data: {System.Text.Json.JsonSerializer.Serialize(update)}\n\n");
        }
        await context.Response.WriteAsync(
            "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"broken\","
                + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
        );
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
