using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Evaluation;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Pathways;
using MetaKube.Tests.Pathways;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace MetaKube.Tests.KubeLlm;

[Collection(nameof(Nano))]
public sealed class ModelAccessTests(Nano nano)
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://llm:8080", "http://llm:8080/v1/")]
    [InlineData("http://llm:8080/", "http://llm:8080/v1/")]
    [InlineData("http://llm:8080/v1", "http://llm:8080/v1/")]
    [InlineData("https://gate.example.org/models/qwen/v1/", "https://gate.example.org/models/qwen/v1/")]
    public void An_endpoint_may_be_given_with_or_without_its_version(string given, string api) => ModelHttp.ApiOf(new(given)).AbsoluteUri.ShouldBe(api);

    [Fact]
    public async Task Context_slots_and_tokens_are_what_the_real_server_says()
    {
        await using var access = nano.Server.Access();
        var endpoint = await access.OpenAsync(token);
        endpoint.ContextTokens.ShouldBe(16384);
        endpoint.Name.ShouldBe("nano");
        (await endpoint.CountTokensAsync("the findings decide", token)).ShouldBeInRange(3, 19);
        (await access.OpenAsync(token)).ShouldBeSameAs(endpoint);
    }

    [Fact]
    public async Task A_server_that_says_less_is_taken_to_have_little()
    {
        await using var server = await BrokenServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/v1/models") await context.Response.WriteAsync("""{"data":[{"id":"llama3"}]}""");
            else context.Response.StatusCode = 404;
        });
        await using var access = new ModelAccess(new() { Endpoint = server.Address }, Path.GetTempPath(), TimeProvider.System);
        var endpoint = await access.OpenAsync(token);
        endpoint.Name.ShouldBe("llama3");
        endpoint.ContextTokens.ShouldBe(4096);
        (await endpoint.CountTokensAsync(new string('a', 1000), token)).ShouldBe(400);
    }

    [Fact]
    public async Task A_server_that_comes_up_late_is_waited_for()
    {
        var asked = 0;
        await using var server = await BrokenServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref asked) < 3) context.Response.StatusCode = 503;
            else await context.Response.WriteAsync("""{"data":[{"id":"late","max_model_len":8192}]}""");
        });
        await using var access = new ModelAccess(new() { Endpoint = server.Address }, Path.GetTempPath(), TimeProvider.System);
        (await access.OpenAsync(token)).ContextTokens.ShouldBe(8192);
    }

    [Fact]
    public async Task A_server_that_keeps_failing_is_left_alone_for_a_while()
    {
        await using var server = await BrokenServer.AnsweringAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using var access = new ModelAccess(new() { Endpoint = server.Address }, Path.GetTempPath(), TimeProvider.System);
        var endpoint = await access.OpenAsync(token);
        var failures = new List<string>();
        for (var i = 0; i < 4; i++) failures.Add((await Should.ThrowAsync<ModelUnavailableException>(() => endpoint.Chat.GetResponseAsync("hello", cancellationToken: token))).Message);
        failures[0].ShouldContain("answered HTTP 500");
        failures[^1].ShouldContain("left alone for a while");
    }

    [Fact]
    public async Task No_more_is_asked_at_once_than_there_are_slots_and_nobody_starves()
    {
        const int slots = 2, investigations = 12, turns = 5;
        using var chat = new Counting();
        using var queue = new SlotQueue(chat, slots);
        var order = new ConcurrentQueue<int>();
        await Task.WhenAll(Enumerable.Range(0, investigations).Select(async i =>
        {
            for (var turn = 0; turn < turns; turn++)
            {
                await foreach (var _ in queue.GetStreamingResponseAsync([], null, token)) { }
                order.Enqueue(i);
            }
        }));
        chat.Most.ShouldBe(slots);
        // Each has had its n-th turn before any is two turns ahead of the slowest.
        var had = new int[investigations];
        foreach (var i in order)
        {
            had[i]++;
            (had.Max() - had.Min()).ShouldBeLessThanOrEqualTo(2);
        }
    }

    [Fact]
    public async Task Many_investigations_share_the_real_servers_slots()
    {
        await using var access = nano.Server.Access(timeoutSeconds: 300, requests: 0);
        var model = access.Model.ShouldNotBeNull();
        var evidence = Cases.Of(Cases.Deployment, Cases.Found("config.missing-secret", Cases.Pod));
        var running = Task.WhenAll(Enumerable.Range(0, 12).Select(i => model.ReasonAsync(new($"why is checkout crashing, asks number {i}"), evidence, Recollection.Empty, new Nobody(), token)));
        var most = 0;
        await nano.Server.WaitAsync(busy =>
        {
            most = Math.Max(most, busy);
            return running.IsCompleted;
        }, token);
        (await running).ShouldAllBe(opinion => opinion.Conclusion != null);
        most.ShouldBe(2);
    }

    [Fact]
    public async Task A_question_to_the_model_leaves_a_span_by_the_conventions_of_generative_AI()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ModelAccess.Source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var access = nano.Server.Access();
        using var mine = new Activity("mine").Start();
        await foreach (var _ in (await access.OpenAsync(token)).Chat.GetStreamingResponseAsync("secret words", new() { MaxOutputTokens = 5 }, token)) { }
        var span = spans.Single(span => span.TraceId == mine.TraceId);
        span.DisplayName.ShouldStartWith("chat");
        span.GetTagItem("gen_ai.operation.name").ShouldBe("chat");
        span.GetTagItem("gen_ai.usage.output_tokens").ShouldNotBeNull();
        span.TagObjects.ShouldNotContain(tag => tag.Value is string && ((string)tag.Value).Contains("secret words", StringComparison.Ordinal));
    }

    private sealed class Nobody : IProgress<InvestigationStep>
    {
        public void Report(InvestigationStep value)
        {
        }
    }

    private sealed class Counting : IChatClient
    {
        private int now, most;

        public int Most => most;

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var here = Interlocked.Increment(ref now);
            for (var seen = most; here > seen && Interlocked.CompareExchange(ref most, here, seen) != seen; seen = most) { }
            for (var i = 0; i < 20; i++) await Task.Yield();
            Interlocked.Decrement(ref now);
            yield return new(ChatRole.Assistant, "done");
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
