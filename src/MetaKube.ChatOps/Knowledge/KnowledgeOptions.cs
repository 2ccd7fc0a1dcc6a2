using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Knowledge;

/// <summary>The team's own known failures and runbooks.</summary>
internal sealed class KnowledgeOptions
{
    /// <summary>
    /// Folders with YAML and Markdown files as docs/knowledge.md describes them; they are read again when they change.
    /// </summary>
    public IList<string> Directories { get; } = [];
}

internal sealed class KnowledgeOptionsValidator : IValidateOptions<KnowledgeOptions>
{
    public ValidateOptionsResult Validate(string? name, KnowledgeOptions options) =>
        options.Directories.Any(string.IsNullOrWhiteSpace)
            ? ValidateOptionsResult.Fail("Directories: the name of a folder is empty.")
            : ValidateOptionsResult.Success;
}
