using System.Reflection;
using System.Text.RegularExpressions;
using NetArchTest.Rules;

namespace MetaKube.Tests.Architecture;

/// <summary>
/// The dependencies between the folders (namespaces) of one compiled assembly, as NetArchTest reads them from its code.
/// </summary>
internal sealed class FolderDependencies
{
    private readonly Dictionary<string, string[]> typesByFolder;

    private readonly Dictionary<(string From, string To), string[]> users = [];

    public FolderDependencies(Assembly assembly)
    {
        typesByFolder = assembly
            .GetTypes()
            .Where(type => !type.IsNested && type.Namespace?.StartsWith("MetaKube", StringComparison.Ordinal) == true)
            .GroupBy(type => type.Namespace!)
            .ToDictionary(types => types.Key, types => types.Select(type => type.FullName!).ToArray());
        foreach (var from in typesByFolder.Keys)
            foreach (var to in typesByFolder.Keys.Where(to => to != from))
            {
                var dependent = UsersOf(assembly, from, typesByFolder[to]);
                if (dependent.Length > 0)
                    users[(from, to)] = dependent;
            }
    }

    public IEnumerable<string> Folders => typesByFolder.Keys;

    /// <summary>The types of one folder that depend on a type of the other.</summary>
    public IReadOnlyList<string> Users(string from, string to) => users.GetValueOrDefault((from, to), []);

    /// <summary>
    /// The edges among the folders that are part of a cycle, or lie between two cycles; empty where there is no cycle.
    /// </summary>
    public IReadOnlyList<string> Cycles()
    {
        var edges = users.Keys.ToHashSet();
        while (edges.RemoveWhere(edge => IsLeaf(edge.To) || IsRoot(edge.From)) > 0) { }
        return [.. edges.Order().Select(edge => $"{edge.From} -> {edge.To}: {string.Join(", ", users[edge])}")];

        bool IsLeaf(string folder) => edges.All(edge => edge.From != folder);
        bool IsRoot(string folder) => edges.All(edge => edge.To != folder);
    }

    private static string[] UsersOf(Assembly assembly, string from, string[] targets) =>
        [
            .. Types
                .InAssembly(assembly)
                .That()
                .ResideInNamespaceMatching($"^{Regex.Escape(from)}$")
                .And()
                .HaveDependencyOnAny(targets)
                .GetTypes()
                .Select(type => type.Name),
        ];
}
