namespace Doorward.Gateway.Routing;

/// <summary>The paths that the gateway answers itself, on every host.</summary>
internal static class OwnPaths
{
    public const string Prefix = "/.doorward/";
    public const string Stylesheet = "/.doorward/style.css";
    public const string Icon = "/.doorward/icon.svg";
}
