using System.Collections;
using MetaKube.ChatOps;
using MetaKube.ChatOps.Configuration;
using MetaKube.Evaluation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetaKube.Tests.Configuration;

/// <summary>Each setting that has a type rejects a value that is not of that type, by its full name.</summary>
public sealed class SectionTests
{
    /// <summary>Every setting of every section that is not text, also inside lists.</summary>
    public static TheoryData<string> TypedSettings
    {
        get
        {
            using var sections = Parts.ReadSections(new ConfigurationBuilder().Build());
            return new(
                sections
                    .GetServices<ConfiguredSection>()
                    .SelectMany(section => Settings(section.Name, section.Options))
                    .Order(StringComparer.Ordinal)
            );
        }
    }

    [Theory]
    [MemberData(nameof(TypedSettings))]
    public void A_value_of_another_type_is_an_error_that_names_the_setting(string setting)
    {
        var failure = Should.Throw<OptionsValidationException>(() => Read(setting, "abc"));
        failure.Message.ShouldStartWith($"{setting} has to be ");
        failure.Message.ShouldNotContain("abc");
    }

    [Theory]
    [InlineData("Memory:Capacity")]
    [InlineData("Memory:ExplorationRate")]
    [InlineData("Memory:Shared")]
    [InlineData("Cluster:Prometheus")]
    [InlineData("Remediation:MostRisk")]
    [InlineData("Remediation:FollowFor")]
    [InlineData("Slack:Reactions:0")]
    [InlineData("Alerts:Maintenance:0:Start")]
    [InlineData("Alerts:Maintenance:0:Days:0")]
    public void Settings_of_every_kind_are_among_them(string setting) =>
        TypedSettings.Select(row => row.Data).ShouldContain(setting);

    [Theory]
    [InlineData("Memory:Capacity", "1", "Memory:Capacity must be between 10 and 10000000")]
    [InlineData("Redis:Name", "", "Redis:Name")]
    [InlineData("Slack:ApiUrl", "", "Slack:ApiUrl")]
    public void A_value_out_of_range_is_an_error_that_names_the_setting(string setting, string value, string error) =>
        Should.Throw<OptionsValidationException>(() => Read(setting, value)).Message.ShouldContain(error);

    [Theory]
    [InlineData("ask", "why", "--no-memory", "--no-model")]
    [InlineData("memory", "list")]
    [InlineData("feedback", "i1", "--fixed")]
    [InlineData("serve")]
    public async Task Every_verb_that_reads_a_wrong_setting_ends_with_one_line_and_status_2(params string[] arguments)
    {
        using var data = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["Memory__Capacity"] = "abc", ["Data__Directory"] = data.Path };
        string[] dump = arguments[0] is "ask" or "serve"
            ? ["--dump", MetaKubeProgram.Dump("config-missing-secret")]
            : [];
        var result = await MetaKubeProgram.RunAsync(null, settings, [.. arguments, .. dump]);
        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.Trim().ShouldBe("metakube: The configuration is wrong: Memory:Capacity has to be a whole number.");
    }

    private static void Read(string setting, string value)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create(setting, (string?)value)])
            .Build();
        using var sections = Parts.ReadSections(configuration);
        sections.GetServices<ConfiguredSection>().Single(one => one.Name == setting.Split(':')[0]).Read(sections);
    }

    private static IEnumerable<string> Settings(string path, Type type)
    {
        if (type == typeof(string))
            return [];
        if (type.IsArray)
            return Settings($"{path}:0", type.GetElementType()!);
        if (typeof(IDictionary).IsAssignableFrom(type))
            return Settings($"{path}:0", type.GetGenericArguments()[1]);
        return type.Namespace!.StartsWith("MetaKube", StringComparison.Ordinal) && !type.IsEnum
            ? type.GetProperties()
                .Where(property => property.CanWrite)
                .SelectMany(property => Settings($"{path}:{property.Name}", property.PropertyType))
            : [path];
    }
}
