namespace Doorward.Cli.Hosting;

/// <summary>What <c>up</c> was asked for.</summary>
internal sealed record UpSettings(DirectoryInfo Data, ListenAddress Listen, string Domain, bool Demo, int SessionRate)
{
    public const string DefaultDomain = "doorward.localhost";

    /// <summary>Whether commands find the data without being told where it is.</summary>
    public bool IsDefaultData => Data.FullName == GlobalOptions.DefaultData().FullName;

    public string Logs => Path.Combine(Data.FullName, "logs");

    /// <summary>What a browser is given for one of our hosts.</summary>
    public string Url(string label) => Listen.Port == 443 ? $"https://{label}.{Domain}/" : $"https://{label}.{Domain}:{Listen.Port}/";
}
