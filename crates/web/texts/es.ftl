# Español

sign-in-title = Iniciar sesión
sign-in-lead = para continuar a { $application }
email = Correo electrónico
password = Contraseña
sign-in-button = Iniciar sesión
cancel = Cancelar
forgot = ¿Olvidó su contraseña?
sign-up-ask = ¿Primera vez aquí?
sign-up-link = Crear un acceso
or = o
connection-button = Continuar con { $connection }
wrong = Este correo electrónico y esta contraseña no corresponden entre sí.
too-many = Hubo demasiados intentos fallidos. Espere { $span } e inténtelo de nuevo.
changed = Algo cambió mientras tanto, así que no se hizo nada. Revíselo e inténtelo de nuevo.

second-title = Un paso más
second-lead = Está iniciando sesión como { $person }.
otp = Código de su aplicación
otp-hint = Seis cifras. Aparece un código nuevo cada 30 segundos.
otp-wrong = Este código no es correcto o ya se usó.
recovery = Código de recuperación
recovery-hint = Uno de los códigos que anotó al configurar su aplicación. Cada uno sirve una sola vez.
recovery-link = ¿No tiene el teléfono a mano? Use un código de recuperación
otp-link = Usar un código de la aplicación
go-on = Continuar
somebody-else = Iniciar sesión con otra cuenta

account-title = Elegir una cuenta
account-lead = para continuar a { $application }
account-stay = Continuar como { $person }
account-other = Usar otra cuenta

consent-title = ¿Permitir el acceso?
consent-lead = { $application } de { $owner } pide actuar en su nombre.
consent-api = Usa en su nombre
consent-host = Le devuelve a
consent-environment = Entorno
environment-test = Prueba
consent-permissions = La aplicación podría entonces
permission-new = Nuevo
permission-new-note = Lo marcado como «{ permission-new }» se pide por primera vez; lo demás ya lo aceptó antes.
consent-lasts = Duración
lasts-span = { $span }, salvo que vuelva a aceptar
lasts-open = Hasta que se retire
consent-own = Puede retirarlo en cualquier momento en su página de perfil.
consent-ask = Para retirarlo, diríjase a { $vendor }.
approve = Permitir
deny = No permitir
consent-person = Ha iniciado sesión como { $person }.
not-you = ¿No es usted?

scope-openid = Saber que es usted
scope-profile = Ver su perfil: nombre, foto, fecha de nacimiento, idioma y similares
scope-email = Ver su correo electrónico
scope-address = Ver su dirección postal
scope-phone = Ver su número de teléfono
scope-offline = Seguir conectada cuando usted no esté
scope-other = Usar «{ $scope }»

test-title = Conexión de prueba
test-lead = Esta página representa a { $connection }. Quien pulse el botón cuenta como si hubiera estado allí.
test-button = Pasé por allí

join-title = Crear un acceso
join-lead = Enviamos un enlace a su correo. Allí elegirá su contraseña.
name = Su nombre
join-button = Enviarme el enlace
join-have = ¿Ya tiene un acceso?
invalid = Esto no se puede usar. Revíselo.
mail-title = Mire su correo
mail-words = Si todo está en orden, un mensaje con un enlace va en camino. Abra el enlace en este navegador.

missing = Rellene este campo.
look-again = Aún no se ha guardado nada. Revise lo siguiente:
not-done = Esto no es posible.
password-refused = Esta contraseña no se puede elegir: es demasiado corta o demasiado larga, se conoce por una filtración o es fácil de adivinar.

forgot-lead = Indíquenos su correo electrónico y le enviaremos un enlace para elegir una nueva.
forgot-button = Enviarme un enlace
sign-in-back = Volver al inicio de sesión
sent-words = Si podemos hacer algo por esa dirección, un mensaje con un enlace va en camino. Debería llegar en unos minutos.
sent-hint = ¿No ha llegado nada? Mire en el correo no deseado y compruebe que escribió la dirección que usa aquí. Por buenas razones no decimos aquí qué direcciones conocemos.

open-title = Abrir una cuenta
open-lead = Para probar, al momento. Obtiene una cuenta y credenciales propias.
open-email-hint = Le enviamos un enlace. Allí elegirá su contraseña.
open-firm = Nombre de su empresa
open-have = ¿Ya tiene una cuenta?

welcome-title = Le damos la bienvenida
code = Código del enlace
code-hint = Es lo que está después de # en el enlace que recibió y empieza por tgl_.
code-none = ¿No tiene un enlace?
dead-title = Este enlace no funciona
dead-words = Ya se usó, se envió otro más reciente o es demasiado antiguo. Los enlaces de nuestros mensajes sirven una sola vez y por tiempo limitado.
dead-forgot = ¿Olvidó su contraseña?
dead-forgot-link = Pedir un enlace nuevo
dead-open = ¿Quería abrir una cuenta?
dead-open-link = Empezar de nuevo
dead-other = ¿Tiene otro enlace?
dead-other-link = Escribir su código
dead-invited = ¿Recibió una invitación? Pida a quien se la envió que la envíe otra vez.

invited-lead = Tiene una invitación a { $place }. Elija una contraseña para entrar.
invited-many = Tiene una invitación a { $count } cuentas. Elija una contraseña para entrar.
invited-button = Iniciar sesión por primera vez
opening-title = Abrir su cuenta
opening-lead = Elija una contraseña y la cuenta será suya.
opening-button = Abrir la cuenta
joining-title = Elegir una contraseña
joining-lead = A partir de entonces iniciará sesión en { $vendor } con su dirección y esta contraseña.
reset-title = Elegir una contraseña nueva
reset-lead = Se cerrarán todas las sesiones abiertas a su nombre.
reset-button = Guardar la contraseña nueva
first-title = Ser la primera persona en la administración
first-lead = Nadie administra { $vendor } todavía. A los demás los invitará desde la mesa de administración.
first-email = Su correo electrónico
first-email-hint = Con él iniciará sesión.
first-button = Empezar
address-title = Confirmar su nueva dirección
address-lead = A partir de ahora inicia sesión con { $email } y los mensajes se envían allí.
address-door = Primero inicie sesión con la dirección que tenía hasta ahora. Si no fue usted quien lo pidió, cierre esta página: no cambia nada.
address-button = Confirmar la dirección
new-password = Contraseña nueva
password-rules = Al menos 8 caracteres; unas cuantas palabras sencillas son mejores que una rara. Puede llevar espacios y cualquier otro carácter. Se rechazan las contraseñas conocidas por filtraciones o formadas con su nombre o su dirección.

leave-title = Un momento
leave-words = Se le lleva de vuelta a { $host }.
leave-onward = Continúa hacia { $connection }.
leave-button = Continuar

logout-title = ¿Cerrar sesión?
logout-words = ¿Quiere cerrar su sesión en { $vendor }?
logout-client = { $application } pide cerrar su sesión en { $vendor }.
logout-button = Cerrar sesión
logout-stay = No cerrar
gone-title = Su sesión está cerrada
gone-words = Su sesión en { $vendor } está cerrada. Puede cerrar esta página.
gone-telling = Se está avisando a sus aplicaciones.
gone-link = Continuar
gone-frame = Cierre de sesión en otro lugar

refused-title = Este inicio de sesión no puede continuar
refused-client = No se conoce la aplicación que le envió aquí. No se inició sesión en ella.
refused-redirect = La aplicación que le envió aquí indicó una dirección que no está registrada para ella. Para que nada suyo se extravíe, permanece aquí.
refused-other = La aplicación que le envió aquí pidió algo que no es posible.
refused-back = Vuelva a la aplicación e inténtelo de nuevo. Si ocurre otra vez, avise a quienes la administran.
refused-developer = Para desarrolladores
refused-request = Solicitud
over-title = Este inicio de sesión ha terminado
over-words = Tardó demasiado, ya se completó o se empezó en otro navegador. Vuelva a la aplicación y empiece de nuevo.
stale-title = Esta página ya no está al día
stale-words = Se abrió antes de que algo cambiara, así que no se hizo nada. Vuelva atrás, recargue la página e inténtelo de nuevo.
fault-title = Algo falló por nuestra parte
fault-words = Puede pasar en unos instantes. Inténtelo de nuevo. Si ocurre otra vez, indique esta solicitud a quienes administran este servicio.
provider-title = No ha funcionado
provider-words = { $connection } no está disponible en este momento o su respuesta no es de fiar. Inténtelo de nuevo o inicie sesión de otra forma.
provider-unknown = { $connection } le conoce, pero aquí no hay ningún acceso que le corresponda. Inicie sesión de otra forma o pregunte a los responsables del servicio.
begin-anew = Volver al inicio de sesión

span-days = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
span-hours = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
span-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
span-seconds = { $count ->
    [one] { $count } segundo
   *[other] { $count } segundos
}
span-two = { $larger } { $smaller }
