using System.Security.Cryptography.X509Certificates;
using Doorward.Testing.Product;

namespace Doorward.Agent.Tests.Tpm;

/// <summary>Somebody who makes TPMs and certifies their endorsement keys (swtpm_setup with swtpm_localca).</summary>
internal sealed class Manufacturer : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("doorward-tpm-maker-").FullName;

    public Manufacturer()
    {
        File.WriteAllText(At("options"), "");
        File.WriteAllText(At("authority"), $"statedir = {_directory}\nsigningkey = {At("key.pem")}\nissuercert = {At("issuer.pem")}\ncertserial = {At("serial")}\n");
        File.WriteAllText(
            At("setup"), $"create_certs_tool=swtpm_localca\ncreate_certs_tool_config={At("authority")}\ncreate_certs_tool_options={At("options")}\n");
    }

    /// <summary>Its root, once it has made a TPM.</summary>
    public X509Certificate2Collection Root => Certificates("swtpm-localca-rootca-cert.pem");

    public X509Certificate2Collection Intermediates => Certificates("issuer.pem");

    public async Task MakeAsync(string state)
    {
        await using var setup = ChildProcess.Start(
            "swtpm_setup", "--tpm2", "--tpmstate", state, "--config", At("setup"), "--create-ek-cert", "--runas", Environment.UserName);
        if (await setup.ExitAsync() != 0) throw new InvalidOperationException(setup.Output);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private X509Certificate2Collection Certificates(string file)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPemFile(At(file));
        return found;
    }

    private string At(string file) => Path.Combine(_directory, file);
}
