using MetaKube.Cluster.Logs;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Logs;

public sealed class MessagePatternTests
{
    private static readonly ResourceRef Web = new("Pod", "shop", "web");

    private static readonly MessagePattern Secret = new(
        @"secret ""(?<secret>[^""]+)"" not found",
        ConfigurationFaults.MissingSecret,
        "Secret {secret} does not exist"
    );

    [Fact]
    public void Named_groups_become_facts_and_fill_the_summary()
    {
        var facts = Secret.Match("Error: SECRET \"db\" not found").ShouldNotBeNull();
        var finding = Secret.Find(Web, "event Failed", "quote", facts);
        finding.Facts["secret"].ShouldBe("db");
        finding.Summary.ShouldBe("Secret db does not exist");
        finding.About.ShouldBe(new("Secret", "shop", "db"));
    }

    [Fact]
    public void The_first_pattern_that_matches_decides()
    {
        var any = new MessagePattern(".", null, "anything");
        MessagePattern.First([Secret, any], "secret \"db\" not found")!.Value.Message.ShouldBe(Secret);
        MessagePattern.First([any, Secret], "secret \"db\" not found")!.Value.Message.ShouldBe(any);
        MessagePattern.First([Secret], "all is well").ShouldBeNull();
        MessagePattern.First([any], "").ShouldBeNull();
        MessagePattern.First([any], null).ShouldBeNull();
    }

    [Fact]
    public void A_line_that_makes_a_pattern_slow_is_no_match() =>
        new MessagePattern("^(a+)+$", null, "slow").Match(new string('a', 40) + "b").ShouldBeNull();
}
