using System;
using MetaKube.ChatOps.Alerts;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Jobs;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Remediation;
using MetaKube.ChatOps.Slack;
using MetaKube.ChatOps.Teams;
using MetaKube.ChatOps.WebConsole;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Health;

/// <summary>
/// Whether the settings can be meant so: each section by its own rules, and no setting that nobody reads.
/// </summary>
internal static class ConfigurationChecks
{
    private const string Part = "configuration";

    /// <summary>The sections, with what checks them.</summary>
    private static readonly (string Name, Type Options, Action<IConfiguration> Validate)[] Sections =
    [
        ("Redis", typeof(RedisOptions), configuration => configuration.Section("Redis", new RedisOptionsValidator())),
        (
            "Memory",
            typeof(MemoryOptions),
            configuration => configuration.Section("Memory", new MemoryOptionsValidator())
        ),
        (
            "Embedding",
            typeof(EmbeddingOptions),
            configuration => configuration.Section("Embedding", new EmbeddingOptionsValidator())
        ),
        ("Data", typeof(DataOptions), configuration => configuration.Section("Data", new DataOptionsValidator())),
        (
            "Cluster",
            typeof(ClusterOptions),
            configuration => configuration.Section("Cluster", new ClusterOptionsValidator())
        ),
        (
            "KubeLlm",
            typeof(KubeLlmOptions),
            configuration => configuration.Section("KubeLlm", new KubeLlmOptionsValidator())
        ),
        ("Slack", typeof(SlackOptions), configuration => configuration.Section("Slack", new SlackOptionsValidator())),
        ("Teams", typeof(TeamsOptions), configuration => configuration.Section("Teams", new TeamsOptionsValidator())),
        (
            "Alerts",
            typeof(AlertsOptions),
            configuration => configuration.Section("Alerts", new AlertsOptionsValidator())
        ),
        (
            "Console",
            typeof(ConsoleOptions),
            configuration => configuration.Section("Console", new ConsoleOptionsValidator())
        ),
        (
            "Remediation",
            typeof(RemediationOptions),
            configuration => configuration.Section("Remediation", new RemediationOptionsValidator())
        ),
        ("Jobs", typeof(JobsOptions), configuration => configuration.Section("Jobs", new JobsOptionsValidator())),
    ];

    /// <summary>What is wrong; a section that is, is not looked at any further.</summary>
    public static IReadOnlyList<Checkup> Run(IConfiguration configuration, out IReadOnlySet<string> broken)
    {
        var found = new List<Checkup>();
        var wrong = new HashSet<string>();
        foreach (var (name, options, validate) in Sections)
        {
            try
            {
                validate(configuration);
            }
            catch (OptionsValidationException e)
            {
                wrong.Add(name);
                found.AddRange(
                    e.Failures.Select(failure => new Checkup(
                        Part,
                        CheckStatus.Failed,
                        failure,
                        $"Set it right in appsettings.json or as an environment variable ({name}__…); README.md lists the settings."
                    ))
                );
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
            {
                wrong.Add(name);
                found.Add(
                    new(
                        Part,
                        CheckStatus.Failed,
                        $"{name}: {e.Message} {e.InnerException?.Message}".Trim(),
                        "Give it a value of the kind that README.md says."
                    )
                );
            }
            var known = options
                .GetProperties()
                .Where(property => property.CanWrite)
                .Select(property => property.Name)
                .ToList();
            foreach (
                var setting in configuration
                    .GetSection(name)
                    .GetChildren()
                    .Select(child => child.Key)
                    .Where(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase))
            )
                found.Add(
                    new(
                        Part,
                        CheckStatus.Warning,
                        $"{name}:{setting} is no setting; nobody reads it.",
                        Near(setting, known) is { } near
                            ? $"Do you mean {name}:{near}?"
                            : $"{name} has {string.Join(", ", known)}."
                    )
                );
        }
        if (!wrong.Overlaps(["Alerts", "Slack", "Teams"]))
            found.AddRange(Channels(configuration));
        broken = wrong;
        return found.Count > 0 ? found : [new(Part, CheckStatus.Ok, "Every setting is known, and can be meant so.")];
    }

    private static IEnumerable<Checkup> Channels(IConfiguration configuration)
    {
        var (slack, teams) = (
            configuration.Section("Slack", new SlackOptionsValidator()),
            configuration.Section("Teams", new TeamsOptionsValidator())
        );
        foreach (
            var platform in configuration
                .Section("Alerts", new AlertsOptionsValidator())
                .AllChannels.Select(channel => channel.Split(':')[0])
                .Distinct()
        )
            if (
                !(
                    platform switch
                    {
                        SlackEvents.Platform => slack.IsConfigured,
                        TeamsEvents.Platform => teams.IsConfigured,
                        _ => false,
                    }
                )
            )
                yield return new(
                    Part,
                    CheckStatus.Failed,
                    $"Alerts go to channels of {platform}, which is not configured.",
                    platform is SlackEvents.Platform or TeamsEvents.Platform
                        ? $"Set {platform} up (docs/{platform}.md), or take its channels out."
                        : "Channels begin with slack: or teams:."
                );
    }

    /// <summary>The setting that differs least, if that is little.</summary>
    private static string? Near(string setting, IReadOnlyList<string> known) =>
        known
            .Select(name => (name, distance: Distance(setting.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(one => one.distance <= 3)
            .OrderBy(one => one.distance)
            .Select(one => one.name)
            .FirstOrDefault();

    private static int Distance(string one, string other)
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
