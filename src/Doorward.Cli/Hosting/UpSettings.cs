namespace Doorward.Cli.Hosting;

/// <summary>What <c>up</c> was asked for.</summary>
internal sealed record UpSettings(DirectoryInfo Data, ListenAddress Listen, string Domain, bool Demo)
{
    public const string DefaultDomain = "doorward.localhost";

    public string Logs => Path.Combine(Data.FullName, "logs");

    /// <summary>What a browser is given for one of our hosts.</summary>
    public string Url(string label) => Listen.Port == 443 ? $"https://{label}.{Domain}/" : $"https://{label}.{Domain}:{Listen.Port}/";
}
