using System.Text.Json.Nodes;
using MetaKube.Model;

namespace MetaKube.Tests.Model;

public sealed class FieldChangeTests
{
    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();

    private static IReadOnlyList<FieldChange> Between(string before, string after) =>
        FieldChange.Between(Json(before), Json(after));

    [Fact]
    public void A_changed_field_has_its_pointer_and_both_values() =>
        Between("""{"spec":{"replicas":1}}""", """{"spec":{"replicas":3}}""")
            .ShouldBe([new FieldChange("/spec/replicas", "spec.replicas", "1", "3")]);

    [Fact]
    public void Status_and_other_metadata_are_ignored() =>
        Between(
                """{"metadata":{"resourceVersion":"1"},"status":{"replicas":1}}""",
                """{"metadata":{"resourceVersion":"2"},"status":{"replicas":2}}"""
            )
            .ShouldBeEmpty();

    [Fact]
    public void Items_with_the_same_names_are_compared_by_index()
    {
        const string before = """{"spec":{"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"}]}}""";
        const string after = """{"spec":{"containers":[{"name":"a","image":"x"},{"name":"b","image":"z"}]}}""";
        var change = Between(before, after).ShouldHaveSingleItem();
        (change.Pointer, change.Field).ShouldBe(("/spec/containers/1/image", "spec.containers[b].image"));
    }

    [Fact]
    public void A_list_with_other_names_is_replaced_as_a_whole() =>
        Between("""{"spec":{"containers":[{"name":"a"}]}}""", """{"spec":{"containers":[{"name":"b"}]}}""")
            .ShouldHaveSingleItem()
            .Pointer.ShouldBe("/spec/containers");

    [Fact]
    public void A_key_with_a_slash_is_escaped_and_found_again()
    {
        const string after = """{"metadata":{"annotations":{"example.com/a~b":"1"}}}""";
        var change = Between("{}", after).ShouldHaveSingleItem();
        change.Pointer.ShouldBe("/metadata/annotations");
        var added = Between("""{"metadata":{"annotations":{}}}""", after).ShouldHaveSingleItem();
        added.Pointer.ShouldBe("/metadata/annotations/example.com~1a~0b");
        FieldChange.Holds(Json(after), added.Pointer, "\"1\"").ShouldBeTrue();
        FieldChange.Holds(Json(after), added.Pointer, null).ShouldBeFalse();
    }

    [Fact]
    public void The_operation_adds_replaces_or_removes()
    {
        string Operation(string? before, string? after) =>
            (string)new FieldChange("/spec/replicas", "spec.replicas", before, after).Operation()["op"]!;
        (Operation(null, "1"), Operation("1", "2"), Operation("1", null)).ShouldBe(("add", "replace", "remove"));
    }
}
