using MetaKube.ChatOps.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Health;

/// <summary>Checks each section of the configuration by its own rules, and finds settings that nothing reads.</summary>
internal sealed class ConfigurationCheck(
    IConfiguration configuration,
    IEnumerable<ConfiguredSection> sections,
    IServiceProvider services
) : IPartCheck
{
    /// <summary>A setting's name that differs from a known one by more edits is no misspelling of it.</summary>
    private const int MostEdits = 3;

    public string Part => "configuration";

    public Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        var found = new List<CheckResult>();
        foreach (var section in sections)
        {
            try
            {
                section.Read(services);
            }
            catch (OptionsValidationException e)
            {
                found.AddRange(e.Failures.Select(failure => Wrong(section.Name, failure)));
            }
            found.AddRange(Unknown(section));
        }
        if (found.Count == 0)
            found.Add(new(Part, CheckStatus.Ok, "Every setting is known and valid."));
        return Task.FromResult<IReadOnlyList<CheckResult>>(found);
    }

    private CheckResult Wrong(string section, string failure) =>
        new(
            Part,
            CheckStatus.Failed,
            failure,
            $"Correct it in appsettings.json or as an environment variable ({section}__…); "
                + "README.md lists the settings."
        );

    private IEnumerable<CheckResult> Unknown(ConfiguredSection section)
    {
        var known = section
            .Options.GetProperties()
            .Where(property => property.CanWrite)
            .Select(property => property.Name)
            .ToList();
        return configuration
            .GetSection(section.Name)
            .GetChildren()
            .Select(child => child.Key)
            .Where(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase))
            .Select(key => new CheckResult(
                Part,
                CheckStatus.Warning,
                $"{section.Name}:{key} is no setting; nothing reads it.",
                Nearest(key, known) is { } nearest
                    ? $"Do you mean {section.Name}:{nearest}?"
                    : $"{section.Name} has {string.Join(", ", known)}."
            ));
    }

    private static string? Nearest(string setting, IReadOnlyList<string> known) =>
        known
            .Select(name => (name, distance: EditDistance(setting.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(one => one.distance <= MostEdits)
            .OrderBy(one => one.distance)
            .Select(one => one.name)
            .FirstOrDefault();

    /// <summary>The Levenshtein distance.</summary>
    private static int EditDistance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (before, left) = (row[0], row[0] = i);
            for (var j = 1; j <= other.Length; j++)
            {
                var here = Math.Min(Math.Min(row[j] + 1, left + 1), before + (one[i - 1] == other[j - 1] ? 0 : 1));
                (before, row[j]) = (row[j], here);
                left = here;
            }
        }
        return row[^1];
    }
}
