using System.Reflection;
using MetaKube.Faults;

namespace MetaKube.Tests.Faults;

public sealed class FaultCodesTests
{
    private static IEnumerable<FieldInfo> Constants =>
        typeof(FaultCodes)
            .GetNestedTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static));

    [Fact]
    public void Each_constant_is_in_the_catalogue_and_each_code_of_the_catalogue_is_a_constant() =>
        Constants
            .Select(constant => (string)constant.GetRawConstantValue()!)
            .Order(StringComparer.Ordinal)
            .ShouldBe(FaultCatalogue.All.Select(fault => fault.Code).Order(StringComparer.Ordinal));

    [Fact]
    public void A_constant_is_named_after_its_code() =>
        Constants.ShouldAllBe(constant =>
            $"{constant.DeclaringType!.Name}.{constant.Name}".Equals(
                ((string)constant.GetRawConstantValue()!).Replace("-", "", StringComparison.Ordinal),
                StringComparison.OrdinalIgnoreCase
            )
        );
}
