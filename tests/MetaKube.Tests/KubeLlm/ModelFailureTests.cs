using System.Diagnostics;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Fakes;
using MetaKube.Fakes.KubeLlm;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Tests.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace MetaKube.Tests.KubeLlm;

/// <summary>Failures of the model: the deterministic answer is given and names the failure.</summary>
[Collection(nameof(NanoServerFixture))]
public sealed class ModelFailureTests
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private static readonly Evidence Crashing = Cases.Of(
        Cases.Deployment,
        Cases.Found("config.missing-secret", Cases.Pod, 0.95),
        Cases.Found("resource.oom-killed", Cases.Pod, 0.9),
        Cases.Found(null, Cases.Pod)
    );

    private static async Task<Investigation> InvestigateAsync(LanguageModel? model, CancellationToken token)
    {
        var investigation = await new Investigator(
            _ => Task.FromResult(new EpisodicMemory(MemoryStorage.InProcess(), new(), TimeProvider.System)),
            new(0, () => 1),
            new(model),
            TimeProvider.System
        ).InvestigateAsync(
            new GivenEvidence(Crashing),
            new("why is checkout crashing"),
            null,
            SilentSteps.Instance,
            token
        );
        investigation.Diagnosis.Fault.ShouldBe("config.missing-secret");
        investigation.Diagnosis.Findings.ShouldNotBeEmpty();
        return investigation;
    }

    private static void ShouldSay(Investigation investigation, string why)
    {
        investigation.Model.ShouldNotBeNull().Verdict.ShouldBe(ModelVerdict.Failed);
        investigation.Model.Failure.ShouldNotBeNull().ShouldContain(why);
        investigation.Gaps.ShouldContain(gap => gap.What == "model" && gap.Why.Contains(why, StringComparison.Ordinal));
    }

    private static ModelAccess Access(BrokenServer server, int timeoutSeconds = 30) =>
        new(
            new() { Endpoint = server.Address, TimeoutSeconds = timeoutSeconds },
            Path.GetTempPath(),
            TimeProvider.System
        );

    [Fact]
    public async Task A_server_that_is_not_there()
    {
        await using var access = new ModelAccess(
            new() { Endpoint = new("http://127.0.0.1:9") },
            Path.GetTempPath(),
            TimeProvider.System
        );
        ShouldSay(await InvestigateAsync(access.Model, token), "127.0.0.1:9 cannot be reached");
    }

    [Fact]
    public async Task A_server_that_answers_with_500()
    {
        await using var server = await BrokenServer.AnsweringAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using var access = Access(server);
        ShouldSay(await InvestigateAsync(access.Model, token), "answered HTTP 500");
        server
            .Requests.Count(request => request.EndsWith("completions", StringComparison.Ordinal))
            .ShouldBe(4, "it is tried again three times");
    }

    [Fact]
    public async Task A_server_that_refuses_the_key()
    {
        await using var server = await BrokenServer.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        await using var access = Access(server);
        ShouldSay(await InvestigateAsync(access.Model, token), "does not accept KubeLlm:ApiKey");
    }

    [Theory]
    [InlineData("<html><body>It works! <a href=http://example.com>look</a></body></html>")]
    [InlineData("{\"thought\":\"\",\"next\":{\"fault\":\"config.missing-secret\"}}")]
    [InlineData("{\"thought\":\"\",\"next\":{\"fault\":\"system.etcd\",\"resource\":\"r1\",\"findings\":[\"f1\"]}}")]
    [InlineData(
        "{\"thought\":\"\",\"next\":{\"fault\":\"config.missing-secret\",\"resource\":\"r99\",\"findings\":[\"f1\"]}}"
    )]
    [InlineData("{\"thought\":\"\",\"next\":{\"tool\":\"exec\",\"resource\":\"r1\",\"grep\":\"\"}}")]
    [InlineData("")]
    public async Task A_model_that_does_not_keep_to_the_format(string said)
    {
        await using var server = await BrokenServer.AnsweringAsync(context => BrokenServer.StreamAsync(context, said));
        await using var access = Access(server);
        ShouldSay(await InvestigateAsync(access.Model, token), "it answered with");
    }

    [Fact]
    public async Task A_server_that_answers_with_garbage()
    {
        await using var server = await BrokenServer.AnsweringAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {\"choices\": 7, \"what\":\n\ndata: ]]\n\n");
        });
        await using var access = Access(server);
        var investigation = await InvestigateAsync(access.Model, token);
        investigation.Model.ShouldNotBeNull().Verdict.ShouldBe(ModelVerdict.Failed);
        investigation.Gaps.ShouldContain(gap => gap.What == "model");
    }

    [Fact]
    public async Task A_server_whose_answer_never_ends()
    {
        await using var server = await BrokenServer.AnsweringAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            var chunk =
                $"data: {{\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                + $"\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{new string('a', 5000)}\"}}}}]}}\n\n";
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.WriteAsync(chunk, context.RequestAborted);
        });
        await using var access = Access(server);
        ShouldSay(await InvestigateAsync(access.Model, token), "does not end");
    }

    [Fact]
    public async Task A_model_that_cites_what_is_not_there_has_cited_nothing()
    {
        await using var server = await BrokenServer.AnsweringAsync(context =>
            BrokenServer.StreamAsync(
                context,
                "{\"thought\":\"\",\"next\":{\"fault\":\"resource.oom-killed\",\"resource\":\"r1\","
                    + "\"findings\":[\"f77\",\"f78\"]}}"
            )
        );
        await using var access = Access(server);
        var investigation = await InvestigateAsync(access.Model, token);
        investigation.Model.ShouldNotBeNull().Verdict.ShouldBe(ModelVerdict.Unsupported);
        investigation.Model.Fault.ShouldBe("resource.oom-killed");
    }

    [Fact]
    public async Task A_real_server_that_is_killed_in_the_middle_of_its_answer()
    {
        NanoServerFixture.SkipWithout();
        await using var server = await NanoServer.StartAsync(cancellationToken: token);
        await using var access = server.Access();
        var investigating = InvestigateAsync(access.Model, token);
        await server.WaitAsync(busy => busy > 0, token);
        using (var process = server.Process)
            process.Kill();
        var investigation = await investigating;
        ShouldSay(investigation, $"{server.Address.Authority}");
    }

    [Fact]
    public async Task A_real_server_that_hangs()
    {
        NanoServerFixture.SkipWithout();
        await using var server = await NanoServer.StartAsync(cancellationToken: token);
        await using var access = server.Access(timeoutSeconds: 2);
        await access.OpenAsync(token);
        using var process = server.Process;
        Signal(process, "STOP");
        try
        {
            var began = Stopwatch.GetTimestamp();
            ShouldSay(await InvestigateAsync(access.Model, token), "no answer within 2 s");
            // The limit leaves room for a busy machine; it is no measurement.
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(30));
        }
        finally
        {
            Signal(process, "CONT");
        }
    }

    [Fact]
    public async Task A_real_server_without_a_free_slot()
    {
        NanoServerFixture.SkipWithout();
        await using var server = await NanoServer.StartAsync(slots: 1, cancellationToken: token);
        await using var access = server.Access(timeoutSeconds: 2);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        // A generation of another client that does not end.
        var other = EndlessAsync(server, stop.Token);
        await server.WaitAsync(busy => busy > 0, token);
        ShouldSay(await InvestigateAsync(access.Model, token), "no answer within 2 s");
        await stop.CancelAsync();
        await other;
    }

    [Fact]
    public async Task A_cancelled_request_stops_the_generation()
    {
        NanoServerFixture.SkipWithout();
        await using var server = await NanoServer.StartAsync(cancellationToken: token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var access = server.Access();
        var endpoint = await access.OpenAsync(token);
        var answer = GenerateAsync();
        var seen = server.WaitAsync(busy => busy > 0, token);
        // Random weights may end a text at once, before the server was seen to be busy.
        while (await Task.WhenAny(seen, answer) == answer && !seen.IsCompleted)
        {
            await answer;
            answer = GenerateAsync();
        }
        await seen;
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(answer);
        await server.WaitAsync(busy => busy == 0, token);
        // The server writes its log after it has freed the slot.
        await server.WaitForLogAsync("cancel task", token);

        async Task GenerateAsync()
        {
            await foreach (
                var _ in endpoint.Chat.GetStreamingResponseAsync(
                    "Tell me everything.",
                    new() { MaxOutputTokens = 15000 },
                    stop.Token
                )
            ) { }
        }
    }

    private static async Task EndlessAsync(NanoServer server, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using var body = new StringContent("""{"prompt":"Once","n_predict":-1,"ignore_eos":true,"stream":false}""");
            while (true)
                (await client.PostAsync(new Uri(server.Address, "completion"), body, cancellationToken)).Dispose();
        }
        catch (OperationCanceledException)
        {
            // The test cancelled the generation.
        }
    }

    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start(
            "kill",
            [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
        kill.WaitForExit();
    }
}
