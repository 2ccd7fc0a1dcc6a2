using System.Reflection;
using MetaKube.Faults;

namespace MetaKube.Tests.Faults;

public sealed class FaultCodesTests
{
    private static readonly Type[] Categories =
    [
        typeof(ImageFaults),
        typeof(ConfigurationFaults),
        typeof(ResourceFaults),
        typeof(SchedulingFaults),
        typeof(NetworkFaults),
        typeof(SystemFaults),
        typeof(ApplicationFaults),
    ];

    private static IEnumerable<(Type Category, FieldInfo Constant)> Constants =>
        Categories.SelectMany(category =>
            category
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(constant => constant.IsLiteral)
                .Select(constant => (category, constant))
        );

    private static string Code(FieldInfo constant) => (string)constant.GetRawConstantValue()!;

    [Fact]
    public void Each_constant_is_in_the_catalogue_and_each_code_of_the_catalogue_is_a_constant() =>
        Constants
            .Select(pair => Code(pair.Constant))
            .Order(StringComparer.Ordinal)
            .ShouldBe(FaultCatalogue.All.Select(fault => fault.Code).Order(StringComparer.Ordinal));

    [Fact]
    public void A_constant_is_named_after_its_code_and_stands_with_its_category() =>
        Constants.ShouldAllBe(pair =>
            pair.Category.Name.StartsWith(Code(pair.Constant).Split('.', 2)[0], StringComparison.OrdinalIgnoreCase)
            && pair.Constant.Name.Equals(
                Code(pair.Constant).Split('.', 2)[1].Replace("-", "", StringComparison.Ordinal),
                StringComparison.OrdinalIgnoreCase
            )
        );
}
