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
        // A question may begin with "@metakube", which is no name of a file with further arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
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
        // The boundary of the process: a person gets one line, a developer the stack trace on request.
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Fail(e);
        }
    }

    private static int Fail(Exception exception)
    {
        switch (exception)
        {
            case EvidenceUnavailableException e:
                return Fail(e.Message, ExitStatus.Unreadable);
            case OptionsValidationException or InvalidDataException:
                return Fail($"The configuration is wrong: {exception.Message}", ExitStatus.WrongUsage);
            case StoreUnavailableException e:
                return Fail($"Memory cannot be used: {e.Message} (ask --no-memory works without it)", ExitStatus.Error);
            case ModelUnavailableException or ModelDownloadException:
                return Fail(exception.Message, ExitStatus.Error);
            case OperationCanceledException:
                return Fail("Stopped.", ExitStatus.Error);
            default:
                if (Environment.GetEnvironmentVariable("METAKUBE_TRACE") is { Length: > 0 })
                    Console.Error.WriteLine(exception);
                return Fail(
                    $"{exception.GetType().Name}: {exception.Message} (METAKUBE_TRACE=1 prints the stack trace)",
                    ExitStatus.Error
                );
        }
    }

    public static int Fail(string message, ExitStatus status)
    {
        Console.Error.WriteLine($"metakube: {message.ReplaceLineEndings(" ")}");
        return (int)status;
    }
}
