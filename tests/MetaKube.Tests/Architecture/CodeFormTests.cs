using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MetaKube.Tests.Architecture;

/// <summary>
/// The limits of form that no formatter enforces; <c>dotnet format whitespace</c> (in <c>tests/run</c>) does the rest.
/// </summary>
public sealed class CodeFormTests
{
    private const int LongestLine = 120,
        LongestMethod = 40,
        MostConstructorParameters = 6;

    private static readonly IReadOnlyList<(string Path, SyntaxNode Root)> Sources =
    [
        .. new[] { "src", "tests" }
            .SelectMany(folder =>
                Directory.EnumerateFiles(
                    Path.Combine(Repository.Root, folder),
                    "*.cs",
                    new EnumerationOptions { RecurseSubdirectories = true }
                )
            )
            .Where(path => !path.Contains("/scenarios/", StringComparison.Ordinal))
            .Select(path =>
                (
                    Path.GetRelativePath(Repository.Root, path),
                    CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot()
                )
            ),
    ];

    [Fact]
    public void Sources_are_found() => Sources.Count.ShouldBeGreaterThan(300);

    [Fact]
    public void Lines_have_at_most_120_columns() =>
        Sources
            .SelectMany(source =>
                source
                    .Root.GetText()
                    .Lines.Where(line => line.Span.Length > LongestLine)
                    .Select(line => $"{source.Path}:{line.LineNumber + 1}: {line.Span.Length} columns")
            )
            .ShouldBeEmpty();

    [Fact]
    public void Methods_have_at_most_40_lines() =>
        Violations(node => IsMethod(node) && LinesOf(node) > LongestMethod, node => $"{LinesOf(node)} lines")
            .ShouldBeEmpty();

    [Fact]
    public void Conditional_expressions_are_not_nested() =>
        Violations(node => node is ConditionalExpressionSyntax && IsInConditional(node), _ => "nested conditional")
            .ShouldBeEmpty();

    [Fact]
    public void Constructors_have_at_most_6_parameters() =>
        Violations(
                node => ConstructorParameters(node)?.Parameters.Count > MostConstructorParameters,
                node => $"{ConstructorParameters(node)!.Parameters.Count} parameters"
            )
            .ShouldBeEmpty();

    [Fact]
    public void Each_statement_has_a_line_of_its_own() =>
        Violations(
                node =>
                    node is StatementSyntax and not BlockSyntax
                    && node.Parent is StatementSyntax or ElseClauseSyntax
                    && node is not IfStatementSyntax { Parent: ElseClauseSyntax }
                    && StartLine(node) == node.GetFirstToken().GetPreviousToken().GetLocation().EndLine(),
                _ => "a statement on the line of another"
            )
            .ShouldBeEmpty();

    private static IEnumerable<string> Violations(
        Func<SyntaxNode, bool> isViolation,
        Func<SyntaxNode, string> describe
    ) =>
        Sources.SelectMany(source =>
            source
                .Root.DescendantNodes()
                .Where(isViolation)
                .Select(node => $"{source.Path}:{StartLine(node) + 1}: {describe(node)}")
        );

    private static bool IsMethod(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
        || node is PropertyDeclarationSyntax { ExpressionBody: not null };

    private static bool IsInConditional(SyntaxNode node) =>
        node.Ancestors()
            .TakeWhile(ancestor =>
                ancestor is ExpressionSyntax or ArgumentSyntax or ArgumentListSyntax
                && ancestor is not AnonymousFunctionExpressionSyntax
            )
            .Any(ancestor => ancestor is ConditionalExpressionSyntax);

    private static ParameterListSyntax? ConstructorParameters(SyntaxNode node) =>
        node switch
        {
            ClassDeclarationSyntax type => type.ParameterList,
            StructDeclarationSyntax type => type.ParameterList,
            ConstructorDeclarationSyntax constructor => constructor.ParameterList,
            _ => null,
        };

    private static int StartLine(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line;

    private static int LinesOf(SyntaxNode node) => node.GetLocation().EndLine() - StartLine(node) + 1;
}
