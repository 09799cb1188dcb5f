using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>ONNX Runtime's one environment of the process, without its telemetry.</summary>
internal static partial class OnnxEnvironment
{
    private static readonly Lock Gate = new();
    private static OrtEnv? environment;

    /// <summary>The environment, made on first use.</summary>
    /// <exception cref="DeviceException">The native library is missing or broken.</exception>
    public static OrtEnv Instance
    {
        get
        {
            lock (Gate)
            {
                return environment ??= Create();
            }
        }
    }

    private static OrtEnv Create()
    {
        TurnTelemetryOff();
        if (OrtEnv.IsCreated)
        {
            return OrtEnv.Instance();
        }

        var core = NativeFiles.FindCore();
        if (core is not null)
        {
            OrtEnv.DisableDllImportResolver = true;
            NativeLibrary.SetDllImportResolver(
                typeof(OrtEnv).Assembly,
                (name, _, _) => name == "onnxruntime" ? NativeLibrary.Load(core) : 0);
        }

        var options = new EnvironmentCreationOptions
        {
            logId = "RenderFarm",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            return OrtEnv.CreateInstanceWithOptions(ref options);
        }
        catch (Exception fault) when (fault is TypeInitializationException
            or DllNotFoundException or TargetInvocationException)
        {
            throw new DeviceException(
                $"ONNX Runtime's {NativeFiles.CoreName} cannot be loaded "
                + $"({core ?? "not found; is `npm ci` done?"}): {fault.GetBaseException().Message}",
                cause: fault);
        }
    }

    // The native core writes a device id and calls home unless this is in the environment that C
    // sees; .NET's own SetEnvironmentVariable does not reach there on Unix.
    private static void TurnTelemetryOff()
    {
        const string name = "ORT_DISABLE_TELEMETRY";
        if (OperatingSystem.IsWindows())
        {
            Environment.SetEnvironmentVariable(name, "1");
        }
        else if (SetEnvironment(name, "1", 1) != 0)
        {
            throw new DeviceException("ONNX Runtime's telemetry cannot be turned off.");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrites);
}
