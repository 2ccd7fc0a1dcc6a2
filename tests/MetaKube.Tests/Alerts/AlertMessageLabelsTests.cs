using MetaKube.ChatOps.Alerts;

namespace MetaKube.Tests.Alerts;

public sealed class AlertMessageLabelsTests
{
    [Theory]
    [InlineData("Labels:\n - alertname = PodDown\n - namespace = shop\n - pod = api-0", "PodDown|shop|api-0")]
    [InlineData("*Namespace:* shop\n*Pod:* `api-0`", "|shop|api-0")]
    [InlineData("*Alert:* x *namespace*: `shop` *pod*: `api-0`", "|shop|api-0")]
    [InlineData("Pod is crash looping\n VALUE = 1\n LABELS = map[namespace:shop pod:api-0]", "|shop|api-0")]
    [InlineData("Pod shop/api-0 is crash looping", "|shop|api-0")]
    [InlineData(":ship: Resource: pod/shop/api-0", "|shop|api-0")]
    [InlineData("Tags: kube_namespace:shop, pod_name:api-0, env:prod", "|shop|api-0")]
    [InlineData("{alertname=\"PodDown\", namespace=\"shop\", pod=\"api-0\"}", "PodDown|shop|api-0")]
    [InlineData("Namespace: shop\nPod: api-0.", "|shop|api-0")]
    [InlineData("nothing that is a label, my-pod: x", "||")]
    public void Labels_are_read_from_the_common_templates(string text, string expected)
    {
        var labels = AlertMessageLabels.Read(text);
        string Of(string name) => labels is [var first, ..] ? first.GetValueOrDefault(name, "") : "";
        $"{Of("alertname")}|{Of("namespace")}|{Of("pod")}".ShouldBe(expected);
    }

    [Fact]
    public void Each_alert_of_a_message_is_read()
    {
        var alerts = AlertMessageLabels.Read(
            "alertname = PodDown\nnamespace = a\npod = p1\n\nalertname = PodDown\nnamespace = b\npod = p2\n"
        );
        alerts.Select(one => $"{one["namespace"]}/{one["pod"]}").ShouldBe(["a/p1", "b/p2"]);
        AlertMessageLabels
            .Read("namespace: a\npod: p1\npod: p2\npod: p1")
            .Select(one => $"{one["namespace"]}/{one["pod"]}")
            .ShouldBe(["a/p1", "a/p2", "a/p1"]);
    }
}
