using System.Text;
using MetaKube.ChatOps.Slack;

namespace MetaKube.Tests.Slack;

public sealed class SlackSignatureTests
{
    /// <summary>The example in Slack's own documentation.</summary>
    private const string Secret = "8f742231b10e8888abcd99yyyzzz85a5",
        Body =
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9"
            + "T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&"
            + "text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F9"
            + "6rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b670"
            + "3c",
        Signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(1531420618);

    [Fact]
    public void Slacks_own_example_is_valid_within_five_minutes_either_way()
    {
        bool IsValid(double seconds, string secret = Secret) =>
            SlackSignature.IsValid(
                secret,
                "1531420618",
                Signature,
                Encoding.UTF8.GetBytes(Body),
                Then.AddSeconds(seconds)
            );
        IsValid(0).ShouldBeTrue();
        IsValid(300).ShouldBeTrue();
        IsValid(-300).ShouldBeTrue();
        IsValid(301).ShouldBeFalse();
        IsValid(-301).ShouldBeFalse();
        IsValid(0, "").ShouldBeFalse();
    }

    [Theory]
    [InlineData("xoxb-1", "", "", "Slack needs")]
    [InlineData("xoxb-1", "", " ", "SigningSecret is empty")]
    [InlineData("", "", "", "SigningSecret is empty")]
    [InlineData("", "xapp-1", null, "BotToken is missing")]
    [InlineData("xoxp-1", "xapp-1", null, "no bot token")]
    [InlineData("xoxb-1", "xoxb-1", null, "no app-level token")]
    public void A_configuration_that_would_let_anybody_in_or_cannot_work_is_refused_at_the_start(
        string bot,
        string app,
        string? secret,
        string why
    )
    {
        // An environment variable without a value is an empty secret.
        var options = new SlackOptions
        {
            BotToken = bot,
            AppToken = app,
            SigningSecret = secret is "" && bot.Length > 0 ? null : secret,
        };
        var result = new SlackOptionsValidator().Validate("Slack", options);
        result.Failed.ShouldBeTrue();
        result.FailureMessage.ShouldContain(why);
    }
}
