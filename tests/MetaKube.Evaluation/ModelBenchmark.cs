using System;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Evaluation.KubeFault;
using MetaKube.Fakes;
using MetaKube.Fakes.KubeLlm;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using Microsoft.Extensions.AI;

namespace MetaKube.Evaluation;

/// <summary>
/// Measures the overhead around a model: tokens per second compared with direct calls of llama-server, the time of an
/// investigation outside the model, and investigations that share a few slots. The weights are random; a real model
/// generates more slowly, so that the share of the overhead is smaller.
/// </summary>
internal static partial class ModelBenchmark
{
    private const int Pairs = 100,
        Rounds = 15,
        Output = 512,
        Slots = 2,
        Investigations = 8;

    public static async Task RunAsync(TextWriter output)
    {
        await using var server = await NanoServer.StartAsync(Slots);
        await ThroughputAsync(server, output);
        await OverheadAsync(server, output);
        await SharingAsync(server, output);
    }

    /// <summary>The same request, in turn by a bare HTTP client and by ours.</summary>
    private static async Task ThroughputAsync(NanoServer server, TextWriter output)
    {
        await using var access = server.Access(timeoutSeconds: 600);
        var endpoint = await access.OpenAsync(default);
        using var bare = new HttpClient();
        var (direct, ours) = (new List<double>(), new List<double>());
        for (var round = -10; round < Pairs; round++)
        {
            var question = $"Tell of incident number {round}.";
            var pair =
                (round & 1) == 0
                    ? (
                        Direct: await DirectAsync(bare, server.Address, question),
                        Ours: await OursAsync(endpoint.Chat, question)
                    )
                    : await ReversedAsync(bare, server.Address, endpoint.Chat, question);
            // The first rounds wait for the just-in-time compiler and fill the server's cache.
            if (round < 0)
                continue;
            direct.Add(pair.Direct);
            ours.Add(pair.Ours);
        }
        // The ratio is taken of each pair, since the speed of the machine varies.
        var ratios = direct.Zip(ours, (bare, mine) => mine / bare).Order().ToList();
        await output.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"throughput: {Median(direct):0} tokens/s directly, {Median(ours):0} through us (medians); of "
                    + $"{Pairs} pairs in turn, of {Output} tokens each, ours is "
                    + $"{100 * (ratios[Pairs / 2] - 1):+0.0;-0.0} % in the median, "
                    + $"{100 * (ratios[Pairs / 4] - 1):+0.0;-0.0} to {100 * (ratios[3 * Pairs / 4] - 1):+0.0;-0.0} "
                    + $"% in the middle half"
            )
        );
    }

    private static async Task<(double Direct, double Ours)> ReversedAsync(
        HttpClient bare,
        Uri address,
        IChatClient chat,
        string question
    )
    {
        var ours = await OursAsync(chat, question);
        return (await DirectAsync(bare, address, question), ours);
    }

    private static async Task<double> DirectAsync(HttpClient client, Uri address, string question)
    {
        var began = Stopwatch.GetTimestamp();
        using var body = new StringContent(
            JsonSerializer.Serialize(
                new
                {
                    messages = new[] { new { role = "user", content = question } },
                    max_tokens = Output,
                    temperature = 0,
                    stream = true,
                    stream_options = new { include_usage = true },
                }
            ),
            Encoding.UTF8,
            "application/json"
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "v1/chat/completions"))
        {
            Content = body,
        };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var tokens = 0;
        while (await reader.ReadLineAsync() is { } line)
            if (line.Contains("\"completion_tokens\"", StringComparison.Ordinal))
                tokens = int.Parse(CompletionTokens().Match(line).Groups[1].Value, CultureInfo.InvariantCulture);
        return tokens / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> OursAsync(IChatClient chat, string question)
    {
        var began = Stopwatch.GetTimestamp();
        long tokens = 0;
        await foreach (
            var update in chat.GetStreamingResponseAsync(question, new() { MaxOutputTokens = Output, Temperature = 0 })
        )
            foreach (var usage in update.Contents.OfType<UsageContent>())
                tokens += usage.Details.OutputTokenCount ?? 0;
        return tokens / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Whole investigations, and of each what the server itself says that it took.</summary>
    private static async Task OverheadAsync(NanoServer server, TextWriter output)
    {
        await using var access = server.Access(timeoutSeconds: 600, requests: 3);
        var model = access.Model!;
        var overheads = new List<(double Ours, double Generation, long Tokens)>();
        for (var i = -3; overheads.Count < Rounds && i < 10 * Rounds; i++)
        {
            var (opened, evidence) = await CaseAsync(i + 3);
            var before = (await server.LogAsync(default)).Length;
            var began = Stopwatch.GetTimestamp();
            var opinion = await AskAsync(model, opened, evidence);
            var wall = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await server.WaitAsync(busy => busy == 0, default);
            var log = (await server.LogAsync(default))[before..];
            var (prompt, generation) = (Sum(PromptTime(), log), Sum(EvalTime(), log));
            if (i >= 0 && opinion.CompletionTokens > 300)
                overheads.Add((wall - prompt - generation, generation, opinion.CompletionTokens));
        }
        var tokens = overheads.Average(one => one.Tokens);
        var ours = overheads.Average(one => one.Ours);
        var generating = overheads.Average(one => one.Generation);
        // The time of a model of realistic size for as many tokens.
        await output.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"overhead: {ours:0.0} ms of ours in an investigation of {tokens:0} output tokens; the nano "
                    + $"generates them in {generating:0} ms ({100 * ours / generating:0.0} %); at 60 tokens/s, as "
                    + $"an 8B on one GPU, they take {1000 * tokens / 60:0} ms ("
                    + $"{100 * ours / (1000 * tokens / 60):0.00} %)"
            )
        );
    }

    private static async Task SharingAsync(NanoServer server, TextWriter output)
    {
        await using var access = server.Access(timeoutSeconds: 600, requests: 3);
        var model = access.Model!;
        var cases = new List<(IEvidenceCase Opened, Evidence Evidence)>();
        for (var i = 0; i < Investigations; i++)
            cases.Add(await CaseAsync(100 + i));
        var began = Stopwatch.GetTimestamp();
        foreach (var (opened, evidence) in cases)
            await AskAsync(model, opened, evidence);
        var alone = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        var ends = await Task.WhenAll(
            cases.Select(async one =>
            {
                var opinion = await AskAsync(model, one.Opened, one.Evidence);
                var isDecided = opinion.Conclusion is not null;
                return (At: Stopwatch.GetElapsedTime(began), Decided: isDecided, Turns: opinion.Requests + 1);
            })
        );
        var together = Stopwatch.GetElapsedTime(began);
        await output.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"sharing: {Investigations} investigations on {Slots} slots: {ends.Count(end => end.Decided)} "
                    + $"decided; one after the other {alone.TotalSeconds:0.0} s, at once {together.TotalSeconds:0.0}"
                    + $" s; the first ended after {ends.Min(end => end.At).TotalSeconds:0.0} s, the last after "
                    + $"{ends.Max(end => end.At).TotalSeconds:0.0} s, with {ends.Min(end => end.Turns)} to "
                    + $"{ends.Max(end => end.Turns)} turns"
            )
        );
    }

    private static Task<ModelAnswer> AskAsync(LanguageModel model, IEvidenceCase opened, Evidence evidence) =>
        model.ReasonAsync(opened.Symptom, new(evidence), opened.ReadAsync, Recollection.Empty, new Nobody(), default);

    private static async Task<(IEvidenceCase Opened, Evidence Evidence)> CaseAsync(int number)
    {
        var known = KubeFaultSuite.FromFamily(
            KubeFaultSuite.Blind[number % KubeFaultSuite.Blind.Count],
            $"model-{number}",
            new Random(number)
        );
        var opened = await known.ResolveAsync(known.Symptom, SilentProgress.Instance, default);
        return (opened, await opened.CollectAsync(SilentProgress.Instance, default));
    }

    private static double Sum(Regex time, string log) =>
        time.Matches(log).Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    [GeneratedRegex(@"""completion_tokens"":\s*(\d+)")]
    private static partial Regex CompletionTokens();

    [GeneratedRegex(@"prompt eval time =\s*([\d.]+) ms")]
    private static partial Regex PromptTime();

    [GeneratedRegex(@"\|\s+eval time =\s*([\d.]+) ms")]
    private static partial Regex EvalTime();

    private sealed class Nobody : IProgress<InvestigationStep>
    {
        public void Report(InvestigationStep value) { }
    }
}
