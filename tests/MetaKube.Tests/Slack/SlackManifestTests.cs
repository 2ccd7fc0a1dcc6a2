using MetaKube.ChatOps.Slack;
using YamlDotNet.RepresentationModel;

namespace MetaKube.Tests.Slack;

public sealed class SlackManifestTests
{
    private static readonly string Text = File.ReadAllText(
        Path.Combine(Repository.Root, "bot-manifests", "slack", "manifest.yaml")
    );

    private static readonly YamlMappingNode Manifest = Load();

    [Fact]
    public void It_asks_for_the_scopes_that_the_code_needs_and_no_others()
    {
        // files:read is for the text files that people attach; all others follow from the methods and events in use.
        var needed = SlackMethod
            .All.SelectMany(method => method.Scopes)
            .Concat(SlackEvents.Subscribed.Values.SelectMany(scopes => scopes))
            .Append("files:read")
            .Distinct()
            .Order(StringComparer.Ordinal);
        List("oauth_config", "scopes", "bot").ShouldBe(needed);
    }

    [Fact]
    public void It_subscribes_to_the_events_that_the_code_reads() =>
        List("settings", "event_subscriptions", "bot_events")
            .ShouldBe(SlackEvents.Subscribed.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Its_addresses_for_http_are_the_mapped_routes()
    {
        Text.ShouldContain($"https://metakube.example.com{SlackIntake.Events}\n");
        Text.ShouldContain($"https://metakube.example.com{SlackIntake.Interactivity}\n");
    }

    [Fact]
    public void It_keeps_slacks_lengths()
    {
        Value("display_information", "name").Length.ShouldBeLessThanOrEqualTo(35);
        Value("display_information", "description").Length.ShouldBeLessThanOrEqualTo(140);
        Value("display_information", "long_description").Length.ShouldBeInRange(174, 4000);
        Value("features", "agent_view", "agent_description").Length.ShouldBeLessThanOrEqualTo(300);
    }

    private static string[] List(params string[] path) =>
        [.. ((YamlSequenceNode)Node(path)).Select(node => node.ToString())];

    private static string Value(params string[] path) => ((YamlScalarNode)Node(path)).Value!;

    private static YamlNode Node(string[] path) => path.Aggregate((YamlNode)Manifest, (node, name) => node[name]);

    private static YamlMappingNode Load()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Text));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }
}
