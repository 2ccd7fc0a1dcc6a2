using MetaKube.ChatOps.Alerts;

namespace MetaKube.Tests.Alerts;

public sealed class AlertLabelsTests
{
    [Theory]
    [InlineData(
        "alertname=KubePodCrashLooping,pod=checkout-1,deployment=checkout",
        "KubePodCrashLooping: pod checkout-1"
    )]
    [InlineData("alertname=HighLatency,deployment=checkout,node=n1", "HighLatency: deployment checkout")]
    [InlineData("alertname=JobFailed,job=kube-state-metrics,job_name=backup", "JobFailed: job backup")]
    [InlineData("alertname=HpaMaxed,hpa=checkout", "HpaMaxed: horizontalpodautoscaler checkout")]
    [InlineData("pod=checkout-1", "the subject: pod checkout-1")]
    public void The_nearest_object_that_a_label_names_is_asked_about(string labels, string question) =>
        AlertLabels.Default.Question(Read(labels), "the subject").ShouldBe(question);

    [Theory]
    [InlineData("")]
    [InlineData("alertname=Watchdog,job=prometheus,instance=10.0.0.1:9090")]
    [InlineData("alertname=Empty,pod=")]
    public void Without_an_object_the_subject_is_the_question(string labels) =>
        AlertLabels.Default.Question(Read(labels), "the subject").ShouldBe("the subject");

    [Fact]
    public void Configured_labels_come_first_and_an_empty_kind_excludes_a_label()
    {
        var labels = new AlertLabels(new Dictionary<string, string> { ["workload"] = "deployment", ["pod"] = "" });
        labels
            .Question(Read("alertname=A,pod=checkout-1,workload=checkout,node=n1"), "s")
            .ShouldBe("A: deployment checkout");
        labels.Question(Read("alertname=A,pod=checkout-1,node=n1"), "s").ShouldBe("A: node n1");
    }

    [Theory]
    [InlineData("namespace=shop", "shop")]
    [InlineData("exported_namespace=shop", "shop")]
    [InlineData("namespace=shop,exported_namespace=monitoring", "shop")]
    [InlineData("namespace=../etc", null)]
    [InlineData("namespace=Shop", null)]
    [InlineData("namespace=", null)]
    [InlineData("pod=checkout-1", null)]
    public void A_namespace_is_taken_only_if_it_is_a_valid_name(string labels, string? ns) =>
        AlertLabels.Namespace(Read(labels)).ShouldBe(ns);

    private static Dictionary<string, string> Read(string labels) =>
        labels
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(label => label.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
}
