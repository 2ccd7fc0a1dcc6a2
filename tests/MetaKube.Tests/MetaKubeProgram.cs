using System;
using System.Diagnostics;
using System.Text.Json;
using MetaKube.Fakes;

namespace MetaKube.Tests;

/// <summary>The real program as a process of its own.</summary>
internal static class MetaKubeProgram
{
    /// <summary>A program that runs for longer hangs; without a limit the test would wait for ever.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public sealed record Result(int ExitCode, string Output, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;

        public string Id => Json.GetProperty("investigation").GetString()!;

        public string Fault => Json.GetProperty("diagnosis").GetProperty("fault").GetString()!;
    }

    public static string Dump(string scenario) => Path.Combine(Scenario.DefaultFolder(), scenario, "dump");

    public static Task<Result> RunAsync(params string[] arguments) =>
        RunAsync(null, new Dictionary<string, string>(), arguments);

    public static async Task<Result> RunAsync(
        string? input,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        using var process = Start(environment, arguments);
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var token = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(token);
        var error = process.StandardError.ReadToEndAsync(token);
        try
        {
            await process.WaitForExitAsync(token).WaitAsync(Limit, token);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"metakube {string.Join(' ', arguments)} did not end within {Limit}: {await output}{await error}"
            );
        }
        return new(process.ExitCode, await output, await error);
    }

    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartProgram("metakube.dll", environment, arguments);

    /// <summary>A program of this repository as a process of its own.</summary>
    public static Process StartProgram(
        string program,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A test uses neither the cluster nor the memory of the machine.
        start.Environment.Remove("KUBECONFIG");
        start.Environment["HOME"] = Path.GetTempPath();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
