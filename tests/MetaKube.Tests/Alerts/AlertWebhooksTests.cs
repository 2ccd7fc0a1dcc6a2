using System.Text.Json;
using MetaKube.ChatOps.Alerts;

namespace MetaKube.Tests.Alerts;

/// <summary>The notifications of monitoring systems, as they arrive and as they must not.</summary>
public sealed class AlertWebhooksTests
{
    [Fact]
    public void A_notification_of_Alertmanager_is_its_group_with_the_alerts_that_fire()
    {
        var group = AlertWebhooks.Alertmanager(
            Parse(
                """
                {
                  "version": "4", "groupKey": "{}:{alertname=\"A\"}", "status": "firing", "truncatedAlerts": 3,
                  "alerts": [
                    {
                      "status": "firing", "fingerprint": "f1", "labels": { "alertname": "A", "pod": "p" },
                      "startsAt": "2026-11-27T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z"
                    },
                    { "status": "resolved", "fingerprint": "f2", "labels": { "alertname": "A", "pod": "q" } }
                  ]
                }
                """
            )
        );
        (group.Source, group.Key, group.IsResolved, group.More).ShouldBe(
            ("alertmanager", "{}:{alertname=\"A\"}", false, 3)
        );
        var alert = group.Alerts.ShouldHaveSingleItem();
        (alert.Fingerprint, alert.Subject).ShouldBe(("f1", "A"));
        alert.Labels["pod"].ShouldBe("p");
        alert.StartsAt.ShouldBe(new DateTimeOffset(2026, 11, 27, 10, 0, 0, TimeSpan.Zero));
        alert.EndsAt.ShouldBeNull();
    }

    [Fact]
    public void A_resolved_group_keeps_the_alerts_that_fired()
    {
        var group = AlertWebhooks.Grafana(
            Parse(
                """
                {
                  "groupKey": "g", "status": "resolved",
                  "alerts": [
                    { "status": "resolved", "labels": { "alertname": "A" }, "endsAt": "2026-11-27T10:00:00Z" }
                  ]
                }
                """
            )
        );
        (group.Source, group.IsResolved).ShouldBe(("grafana", true));
        group.Alerts.ShouldHaveSingleItem().EndsAt.ShouldNotBeNull();
    }

    [Fact]
    public void One_alert_is_a_group_of_its_own_with_the_same_key_each_time()
    {
        const string Alert = """{"status":"firing","name":"DiskFull","labels":{"node":"n1"}}""";
        var group = AlertWebhooks.Generic(Parse(Alert));
        group.Key.ShouldBe(AlertWebhooks.Generic(Parse(Alert)).Key);
        group.Key.ShouldNotBe(AlertWebhooks.Generic(Parse(Alert.Replace("n1", "n2", StringComparison.Ordinal))).Key);
        var alert = group.Alerts.ShouldHaveSingleItem();
        alert.Subject.ShouldBe("DiskFull");
        alert.Labels["alertname"].ShouldBe("DiskFull");
        AlertWebhooks.Generic(Parse("""{"status":"firing","id":"x","summary":"disk full"}""")).Key.ShouldBe("x");
    }

    [Theory]
    [InlineData("""{"labels":{"alertname":"A"},"annotations":{"summary":"S"}}""", "A")]
    [InlineData("""{"annotations":{"summary":"S","description":"D"}}""", "S")]
    [InlineData("""{"summary":"T","annotations":{"description":"D"}}""", "T")]
    [InlineData("""{"annotations":{"message":"M"}}""", "M")]
    public void The_subject_is_the_text_with_the_most_information(string alert, string subject) =>
        AlertWebhooks
            .Generic(Parse($$"""{"group":"g","status":"firing","alerts":[{{alert}}]}"""))
            .Alerts.ShouldHaveSingleItem()
            .Subject.ShouldBe(subject);

    [Theory]
    [InlineData("alertmanager", "{}")]
    [InlineData("alertmanager", """{"groupKey":"g"}""")]
    [InlineData("alertmanager", """{"groupKey":"g","status":"burning","alerts":[]}""")]
    [InlineData("alertmanager", """{"groupKey":7,"status":"firing"}""")]
    [InlineData("generic", """{"status":"firing"}""")]
    [InlineData("generic", """{"status":"firing","alerts":[{"name":"A"}]}""")]
    [InlineData("generic", """{"name":"A"}""")]
    public void A_body_that_is_no_notification_is_refused(string source, string notification) =>
        Should.Throw<FormatException>(() =>
            source == "generic"
                ? AlertWebhooks.Generic(Parse(notification))
                : AlertWebhooks.Alertmanager(Parse(notification))
        );

    [Fact]
    public void Long_values_and_long_lists_are_cut_and_what_is_left_out_is_counted()
    {
        var alerts = string.Join(',', Enumerable.Range(0, 1200).Select(i => $$$"""{"labels":{"pod":"p{{{i}}}"}}"""));
        var group = AlertWebhooks.Alertmanager(Parse($$"""{"groupKey":"g","status":"firing","alerts":[{{alerts}}]}"""));
        (group.Alerts.Count, group.More).ShouldBe((1000, 200));
        AlertWebhooks
            .Generic(Parse($$"""{"status":"firing","name":"{{new string('x', 5000)}}"}"""))
            .Alerts.ShouldHaveSingleItem()
            .Subject.Length.ShouldBe(1000);
    }

    [Fact]
    public void Labels_that_are_no_text_are_left_out_and_of_two_with_one_name_the_last_counts()
    {
        var alert = AlertWebhooks
            .Generic(Parse("""{"status":"firing","labels":{"alertname":"A","n":7,"pod":"p","pod":"q"}}"""))
            .Alerts.ShouldHaveSingleItem();
        alert.Labels.ShouldBe(new Dictionary<string, string> { ["alertname"] = "A", ["pod"] = "q" }, ignoreOrder: true);
    }

    private static JsonElement Parse(string json) => JsonElement.Parse(json);
}
