using System.Reflection;
using Doorward.Cedar.Schemas;

namespace Doorward.Core.Policies;

/// <summary>
/// The one schema that every policy of an installation is validated against, and that every evaluation's principal, resource and
/// context agree with (<see cref="Evaluations.CedarNames"/> and CedarMapping make them so; a test holds the two together).
/// </summary>
public static class ShippedSchema
{
    private const string ResourceName = "doorward.cedarschema";
    /// <summary>As it is written, with its comments.</summary>
    public static string Text { get; } = ReadText();

    public static Schema Schema { get; } = Schema.Parse(Text).Schema
        ?? throw new InvalidOperationException("The schema that ships with the product does not parse.");

    private static string ReadText()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(ResourceName)!);
        return reader.ReadToEnd();
    }
}
