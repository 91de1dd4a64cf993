using System.Text.Json.Nodes;

namespace Doorward.Cli.Output;

/// <summary>Some rows of a list that a server gave.</summary>
internal static class Rows
{
    /// <summary>Those that are a user's, where one is named.</summary>
    public static JsonArray OfUser(this JsonArray rows, string? user) =>
        user is null ? rows : [.. rows.Where(row => row?["user"]?.GetValue<string>() == user).Select(row => row!.DeepClone())];
}
