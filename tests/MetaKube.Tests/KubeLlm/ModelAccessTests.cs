using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Tests.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace MetaKube.Tests.KubeLlm;

[Collection(nameof(NanoServerFixture))]
public sealed class ModelAccessTests(NanoServerFixture nano)
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://llm:8080", "http://llm:8080/v1/")]
    [InlineData("http://llm:8080/", "http://llm:8080/v1/")]
    [InlineData("http://llm:8080/v1", "http://llm:8080/v1/")]
    [InlineData("https://gate.example.org/models/qwen/v1/", "https://gate.example.org/models/qwen/v1/")]
    public void An_endpoint_may_be_given_with_or_without_its_version(string given, string api) =>
        ModelHttp.ApiOf(new(given)).AbsoluteUri.ShouldBe(api);

    [Fact]
    public async Task Context_slots_and_tokens_are_those_of_the_real_server()
    {
        await using var access = nano.Server.Access();
        var endpoint = await access.OpenAsync(token);
        endpoint.ContextTokens.ShouldBe(16384);
        endpoint.Name.ShouldBe("nano");
        (await endpoint.CountTokensAsync("the findings decide", token)).ShouldBeInRange(3, 19);
        (await access.OpenAsync(token)).ShouldBeSameAs(endpoint);
    }

    [Fact]
    public async Task A_server_that_reports_less_gets_small_defaults()
    {
        await using var server = await BrokenServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/v1/models")
                await context.Response.WriteAsync("""{"data":[{"id":"llama3"}]}""");
            else
                context.Response.StatusCode = 404;
        });
        await using var access = new ModelAccess(
            new() { Endpoint = server.Address },
            Path.GetTempPath(),
            TimeProvider.System
        );
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
            if (Interlocked.Increment(ref asked) < 3)
                context.Response.StatusCode = 503;
            else
                await context.Response.WriteAsync("""{"data":[{"id":"late","max_model_len":8192}]}""");
        });
        await using var access = new ModelAccess(
            new() { Endpoint = server.Address },
            Path.GetTempPath(),
            TimeProvider.System
        );
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
        await using var access = new ModelAccess(
            new() { Endpoint = server.Address },
            Path.GetTempPath(),
            TimeProvider.System
        );
        var endpoint = await access.OpenAsync(token);
        var failures = new List<string>();
        for (var i = 0; i < 4; i++)
            failures.Add(
                (
                    await Should.ThrowAsync<ModelUnavailableException>(() =>
                        endpoint.Chat.GetResponseAsync("hello", cancellationToken: token)
                    )
                ).Message
            );
        failures[0].ShouldContain("answered HTTP 500");
        failures[^1].ShouldContain("failed repeatedly");
    }

    [Fact]
    public async Task Requests_are_served_in_order_and_a_second_request_comes_after_all_that_wait()
    {
        using var chat = new Held();
        // There is one slot, since the order of two free ones is undefined.
        using var queue = new SlotQueue(chat, 1);
        var answers = Enumerable.Range(0, 4).ToDictionary(i => $"{i}", i => AnswerAsync(queue, $"{i}", token));
        var served = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var (who, end) = await chat.Entered.Reader.ReadAsync(token);
            served.Add(who);
            if (i == 0)
                answers.Add("0 again", AnswerAsync(queue, "0 again", token));
            end.SetResult();
            await answers[who];
        }
        served.ShouldBe(["0", "1", "2", "3", "0 again"]);
        chat.Most.ShouldBe(1);
    }

    [Fact]
    public async Task If_the_queue_is_too_long_to_be_served_in_time_the_next_request_is_refused_at_once()
    {
        using var chat = new Held();
        using var queue = new SlotQueue(chat, 1);
        var answers = Enumerable.Range(0, 5).Select(i => AnswerAsync(queue, $"{i}", token)).ToList();
        (
            await Should.ThrowAsync<ModelUnavailableException>(AnswerAsync(queue, "too many", token))
        ).Message.ShouldContain("busy");
        for (var i = 0; i < 5; i++)
            (await chat.Entered.Reader.ReadAsync(token)).End.SetResult();
        await Task.WhenAll(answers);
    }

    [Fact]
    public async Task A_request_cancelled_in_the_queue_holds_no_slot()
    {
        using var chat = new Held();
        using var queue = new SlotQueue(chat, 1);
        using var stop = new CancellationTokenSource();
        var first = AnswerAsync(queue, "first", token);
        var second = AnswerAsync(queue, "second", stop.Token);
        var third = AnswerAsync(queue, "third", token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        (await chat.Entered.Reader.ReadAsync(token)).End.SetResult();
        await first;
        var (who, end) = await chat.Entered.Reader.ReadAsync(token);
        who.ShouldBe("third");
        end.SetResult();
        await third;
    }

    private static async Task AnswerAsync(SlotQueue queue, string who, CancellationToken cancellationToken)
    {
        await foreach (var _ in queue.GetStreamingResponseAsync(who, cancellationToken: cancellationToken)) { }
    }

    [Fact]
    public async Task Many_investigations_share_the_real_servers_slots()
    {
        await using var access = nano.Server.Access(timeoutSeconds: 300, requests: 0);
        var model = access.Model.ShouldNotBeNull();
        var evidence = Cases.Of(Cases.Deployment, Cases.Found("config.missing-secret", Cases.Pod));
        var running = Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(i =>
                    model.ReasonAsync(
                        new($"why is checkout crashing, asks number {i}"),
                        new(evidence),
                        null,
                        Recollection.Empty,
                        new Nobody(),
                        token
                    )
                )
        );
        var most = 0;
        await nano.Server.WaitAsync(
            busy =>
            {
                most = Math.Max(most, busy);
                return running.IsCompleted;
            },
            token
        );
        (await running).ShouldAllBe(opinion => opinion.Conclusion != null);
        most.ShouldBe(2);
    }

    [Fact]
    public async Task A_question_to_the_model_leaves_a_span_by_the_conventions_of_generative_AI()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ModelAccess.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var access = nano.Server.Access();
        using var mine = new Activity("mine").Start();
        await foreach (
            var _ in (await access.OpenAsync(token)).Chat.GetStreamingResponseAsync(
                "secret words",
                new() { MaxOutputTokens = 5 },
                token
            )
        ) { }
        var span = spans.Single(span => span.TraceId == mine.TraceId);
        span.DisplayName.ShouldStartWith("chat");
        span.GetTagItem("gen_ai.operation.name").ShouldBe("chat");
        span.GetTagItem("gen_ai.usage.output_tokens").ShouldNotBeNull();
        span.TagObjects.ShouldNotContain(tag =>
            tag.Value is string && ((string)tag.Value).Contains("secret words", StringComparison.Ordinal)
        );
    }

    private sealed class Nobody : IProgress<InvestigationStep>
    {
        public void Report(InvestigationStep value) { }
    }

    /// <summary>Holds each request until the test releases it.</summary>
    private sealed class Held : IChatClient
    {
        private int inside,
            most;

        public Channel<(string Who, TaskCompletionSource End)> Entered { get; } =
            Channel.CreateUnbounded<(string, TaskCompletionSource)>();

        public int Most => most;

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            var end = new TaskCompletionSource();
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Entered.Writer.TryWrite((messages.Single().Text, end));
            await end.Task;
            Interlocked.Decrement(ref inside);
            yield return new(ChatRole.Assistant, "done");
        }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }
}
