using Doorward.Control.Roles;

namespace Doorward.Console.Shell;

/// <summary>
/// Lists a page in the navigation and the command palette. Its name is the text <c>Place</c> of <paramref name="texts"/>, its icon one
/// of MudBlazor's, and only who may <paramref name="required"/> sees it; what they may do there, the API decides.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PlaceAttribute(Type texts, string icon, int order, ApiAction required = ApiAction.View) : Attribute
{
    public Type Texts => texts;

    public string Icon => icon;

    public int Order => order;

    public ApiAction Required => required;

    /// <summary>Addresses of pages that belong to it and do not begin as its own does.</summary>
    public string[] Also { get; init; } = [];
}
