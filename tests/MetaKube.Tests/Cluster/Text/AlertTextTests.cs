using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Text;

namespace MetaKube.Tests.Cluster.Text;

public sealed class AlertTextTests
{
    [Theory]
    [InlineData(
        "ALERT Deployment invoices\n  p99 latency: baseline=12ms, now=480ms",
        nameof(AlertSignKind.Latency),
        "Deployment",
        40
    )]
    [InlineData("[FIRING:1] CPUThrottlingHigh pod=invoices-0", nameof(AlertSignKind.Throttled), "Pod", 0)]
    [InlineData(
        "anomaly on node invoices\nTCP retransmits: normal 0.5, current 20",
        nameof(AlertSignKind.Retransmissions),
        "Node",
        40
    )]
    [InlineData(
        "ABNORMAL service=invoices\n request throughput dropped -75.0%",
        nameof(AlertSignKind.LessTraffic),
        "Service",
        0.25
    )]
    [InlineData(
        "alert: success rate of service invoices fell below the threshold",
        nameof(AlertSignKind.Errors),
        "Service",
        0
    )]
    public void An_alert_names_an_object_and_what_left_its_range(
        string text,
        string kind,
        string objectKind,
        double factor
    )
    {
        var sign = AlertText.Read(text).ShouldHaveSingleItem();
        (sign.Kind.ToString(), sign.ObjectKind).ShouldBe((kind, objectKind));
        sign.Name.ShouldStartWith("invoices");
        sign.Factor.ShouldBe(factor, 0.01);
    }

    [Theory]
    [InlineData("ABNORMAL service=invoices\n latency: normal=40ms current=12ms")]
    [InlineData("ABNORMAL service=invoices\n throughput rose: normal=4req/s current=12req/s")]
    [InlineData(
        "2026-11-23T10:00:00Z INFO latency threshold is 40ms\n" + "2026-11-23T10:00:01Z INFO serving\nready\ndone"
    )]
    [InlineData("why is the latency of service invoices so high?")]
    public void Better_values_logs_and_questions_are_no_alert(string text) => AlertText.Read(text).ShouldBeEmpty();
}
