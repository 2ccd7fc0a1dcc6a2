using System.CommandLine;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube explain</c>: describes a fault of the catalogue or a known failure.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> Code = new("fault")
    {
        Description = "a code such as config.missing-secret or known.mongodb-no-avx",
    };

    public static Command Build()
    {
        var command = new Command("explain", "Explain a fault: signs, checks, fixes and prevention") { Code };
        command.SetAction(async parsed =>
        {
            await using var sections = CommonOptions.LoadSections();
            CommonOptions.LoadKnowledge(sections);
            return (int)FaultText.Print(parsed.GetValue(Code)!);
        });
        return command;
    }
}
