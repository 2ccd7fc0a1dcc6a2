using System.Reflection;
using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Investigations;
using MetaKube.Redis;

namespace MetaKube.Tests.Architecture;

public sealed partial class ArchitectureTests
{
    private static readonly Assembly Core = typeof(Investigator).Assembly,
        Cluster = typeof(DumpEvidence).Assembly,
        Chat = typeof(ChatPlatform).Assembly,
        Redis = typeof(RedisKeys).Assembly,
        Host = Assembly.Load("metakube");

    private static readonly Assembly[] Ours = [Core, Cluster, Chat, Redis, Host];

    private static IEnumerable<Type> OurTypes =>
        Ours.SelectMany(assembly => assembly.GetTypes())
            .Where(type =>
                type.Namespace?.StartsWith("MetaKube", StringComparison.Ordinal) == true
                && !type.Name.Contains('<', StringComparison.Ordinal)
                && !type.IsNested
            );

    [Fact]
    public void Core_knows_no_kubernetes_no_redis_no_chat_and_no_files()
    {
        var references = Core.GetReferencedAssemblies().Select(name => name.Name!).ToList();
        references.ShouldNotContain(name =>
            Regex.IsMatch(
                name,
                "Kubernetes|StackExchange|Garnet|Hangfire|Slack|AspNetCore|Spectre|System.Net.Http|System.IO.FileSystem"
            )
        );
    }

    [Fact]
    public void Cluster_knows_no_chat_no_memory_store_and_not_the_host()
    {
        var references = Cluster.GetReferencedAssemblies().Select(name => name.Name!).ToList();
        references.ShouldNotContain(name =>
            Regex.IsMatch(name, "StackExchange|Garnet|Hangfire|Slack|AspNetCore|Spectre|^metakube$")
        );
    }

    [Fact]
    public void Only_the_redis_project_knows_a_redis_client()
    {
        foreach (var assembly in Ours.Except([Redis]))
            assembly
                .GetReferencedAssemblies()
                .Select(name => name.Name!)
                .ShouldNotContain(name => Regex.IsMatch(name, "StackExchange|Garnet"), assembly.GetName().Name);
    }

    [Fact]
    public void Each_interface_of_ours_has_two_implementations()
    {
        foreach (var contract in OurTypes.Where(type => type.IsInterface))
            OurTypes
                .Count(type => type is { IsClass: true, IsAbstract: false } && contract.IsAssignableFrom(type))
                .ShouldBeGreaterThanOrEqualTo(2, contract.Name);
    }

    [Fact]
    public void Names_say_what_a_type_is_in_the_field() =>
        OurTypes.Select(type => type.Name).ShouldNotContain(name => VagueName().IsMatch(name));

    [Fact]
    public void Classes_are_sealed_unless_one_of_ours_derives_from_them() =>
        OurTypes
            .Where(type => type is { IsClass: true, IsAbstract: false, IsSealed: false } && !IsRazor(type))
            .Except(OurTypes.Select(type => type.BaseType).OfType<Type>())
            .ShouldBeEmpty();

    /// <summary>Razor makes the classes of its files, and cannot seal them.</summary>
    private static bool IsRazor(Type type) =>
        typeof(Microsoft.AspNetCore.Components.ComponentBase).IsAssignableFrom(type) || type.Name == "_Imports";

    [Fact]
    public void Only_one_file_knows_redis_keys()
    {
        var source = Path.Combine(Repository.Root, "src");
        var knowing = Directory
            .EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("\"metakube:{", StringComparison.Ordinal));
        knowing.Select(Path.GetFileName).ShouldBe(["RedisKeys.cs"]);
    }

    [GeneratedRegex("(Helper|Manager|Util|Utils|Service|Processor)$")]
    private static partial Regex VagueName();
}
