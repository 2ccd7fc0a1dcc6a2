using System.CommandLine;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Cli;

/// <summary>The command line: runs a verb, and turns errors into one line and an exit status.</summary>
internal static class MetaKubeCommand
{
    /// <summary>
    /// The longest time that a service may take to end its work when it is told to stop: less than the half minute
    /// after which Kubernetes kills it. The default, two seconds, is too short.
    /// </summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] args, IReadOnlyList<Command> verbs)
    {
        var root = new RootCommand(
            "MetaKube: asks a Kubernetes cluster what is wrong, and remembers the answer. "
                + "It only ever reads the cluster. Without a verb it serves."
        );
        foreach (var verb in verbs)
            root.Add(verb);
        // A container is started without arguments.
        if (args.Length == 0)
            args = ["serve"];
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return Fail($"{parsed.Errors[0].Message} (see metakube --help)", ExitStatus.WrongUsage);
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = TerminationTimeout,
                }
            );
        }
        catch (EvidenceUnavailableException e)
        {
            return Fail(e.Message, ExitStatus.Unreadable);
        }
        catch (OptionsValidationException e)
        {
            return Fail($"The configuration is wrong: {e.Message}", ExitStatus.WrongUsage);
        }
        catch (InvalidDataException e)
        {
            return Fail($"The configuration is wrong: {e.Message}", ExitStatus.WrongUsage);
        }
        catch (StoreUnavailableException e)
        {
            return Fail($"Memory cannot be used: {e.Message} (ask --no-memory works without it)", ExitStatus.Error);
        }
        catch (Exception e) when (e is ModelUnavailableException or ModelDownloadException)
        {
            return Fail(e.Message, ExitStatus.Error);
        }
        catch (OperationCanceledException)
        {
            return Fail("Stopped.", ExitStatus.Error);
        }
#pragma warning disable CA1031 // The boundary of the process: a person gets one line, a developer the stack trace on request.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (Environment.GetEnvironmentVariable("METAKUBE_TRACE") is { Length: > 0 })
                Console.Error.WriteLine(e);
            return Fail($"{e.GetType().Name}: {e.Message} (METAKUBE_TRACE=1 prints the stack trace)", ExitStatus.Error);
        }
    }

    public static int Fail(string message, ExitStatus status)
    {
        Console.Error.WriteLine($"metakube: {message.ReplaceLineEndings(" ")}");
        return (int)status;
    }
}
