;;; memento-prompts.el --- What you asked assistants, as a library  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; What a person asked of assistants is read from their history into a library that is searched, rated and learnt from.
;; Here is what the parts share: how a prompt is shown, and the background sync.  The parts are in files of their own:
;;
;; - memento-prompts-list.el: the prompts as a table
;; - memento-prompts-filter.el: which of them, and the live search
;; - memento-prompts-mark.el: ratings, notes, tags, and what takes them back
;; - memento-prompts-show.el: one prompt with all its text
;; - memento-prompts-stats.el: the library in numbers
;; - memento-prompts-timeline.el: a day as a picture, drawn by -svg.el or -lanes.el
;; - memento-prompts-template.el: prompts to use again

;;; Code:

(require 'memento-list)
(require 'memento-module)
(require 'seq)

(declare-function memento-core-prompt-sync "ext:memento-core")

;;;; Customization

(defgroup memento-prompts nil
  "What you asked assistants."
  :group 'memento
  :prefix "memento-prompts-")

(defcustom memento-prompts-page 500
  "How many prompts the list shows at a time."
  :type 'natnum)

(defcustom memento-prompts-changed-hook nil
  "Hook run after the library of prompts changed, by a sync or by deleting."
  :type 'hook)

;;;; Faces

(defface memento-prompts-time '((t :inherit shadow))
  "Face of the time of a prompt.")

(defface memento-prompts-project '((t :inherit font-lock-constant-face))
  "Face of the project of a prompt.")

(defface memento-prompts-tag '((t :inherit font-lock-type-face))
  "Face of the tags of a prompt.")

(defface memento-prompts-note '((t :inherit font-lock-doc-face))
  "Face of the note on a prompt, and of its sign.")

(defface memento-prompts-secret '((t :inherit warning))
  "Face of the sign of a prompt that looks to hold a key or token.")

(defface memento-prompts-match '((t :inherit (match bold)))
  "Face of the words that were searched for.")

(defface memento-prompts-unrated '((((background light)) :foreground "#8a8a8a")
                                   (t :foreground "#8f8f8f"))
  "Face of a prompt that is not rated.")

;; Of the palette of Okabe and Ito, which colour-blind eyes tell apart; darker on light ground.
(defface memento-prompts-1 '((((background light)) :foreground "#c04a00")
                             (t :foreground "#ff8c5a"))
  "Face of the rating 1.")

(defface memento-prompts-2 '((((background light)) :foreground "#a86500")
                             (t :foreground "#f0b450"))
  "Face of the rating 2.")

(defface memento-prompts-3 '((((background light)) :foreground "#7a6a00")
                             (t :foreground "#f0e442"))
  "Face of the rating 3.")

(defface memento-prompts-4 '((((background light)) :foreground "#0072b2")
                             (t :foreground "#56b4e9"))
  "Face of the rating 4.")

(defface memento-prompts-5 '((((background light)) :foreground "#007a58")
                             (t :foreground "#2fd6a4"))
  "Face of the rating 5.")

;;;; How a prompt is shown

(defun memento--prompts-face (rating)
  "Return the face of RATING, which may be nil."
  (if rating (intern (format "memento-prompts-%d" rating)) 'memento-prompts-unrated))

(defun memento--prompts-stars (rating)
  "Return RATING as five stars; of nil five blanks."
  (if (null rating)
      "     "
    (propertize (concat (make-string rating (aref (memento--glyph "★" "*") 0))
                        (make-string (- 5 rating) (aref (memento--glyph "☆" "-") 0)))
                'face (memento--prompts-face rating)
                'help-echo (format "rated %d" rating))))

(defun memento--prompts-project-name (project)
  "Return what people call PROJECT, a directory: its last part."
  (let ((name (file-name-nondirectory (directory-file-name project))))
    (if (string-empty-p name) project name)))

(defun memento--prompts-say (prompt)
  "Return PROMPT in a line: when, where, its rating and the beginning of its text."
  (string-join
   (delq nil
         (list (memento--time (plist-get prompt :time) "%H:%M")
               (and (plist-get prompt :rating) (memento--prompts-stars (plist-get prompt :rating)))
               (and (plist-get prompt :name)
                    (propertize (plist-get prompt :name) 'face 'memento-prompts-project))
               ;; Thousands are said at once, and nobody reads more of them.
               (let ((text (plist-get prompt :text)))
                 (memento--one-line (substring text 0 (min 120 (length text)))))))
   "  "))

;;;; What the buffers of prompts have in common

(defvar-local memento--prompts-here-function nil
  "Function that returns the prompts at point or in the region, a list of plists.
It signals a `user-error' where there is none.")

(defvar-local memento--prompts-redraw-function nil
  "Function that is called with changed prompts, to draw them anew.")

(defvar-local memento--prompts-goto-function nil
  "Function that goes to the prompt with an id, if it is shown.")

(defvar-local memento--prompts-neighbour-function nil
  "Function to go some steps, 1 or -1, from the prompt with an id.
It is called with both and returns the id of the other one, nil at the end.")

(defun memento--prompts-here ()
  "Return the prompts at point or in the region."
  (unless memento--prompts-here-function
    (user-error "No prompt here: M-x memento-prompts-list has them"))
  (funcall memento--prompts-here-function))

(defun memento--prompts-one-here ()
  "Return the prompt at point."
  (let ((prompts (memento--prompts-here)))
    (when (cdr prompts)
      (user-error "This is for one prompt: leave the region first"))
    (car prompts)))

(defun memento--prompts-redraw (prompts)
  "Have every buffer with one of PROMPTS draw it anew."
  (dolist (buffer (buffer-list))
    (when (buffer-local-value 'memento--prompts-redraw-function buffer)
      (with-current-buffer buffer
        (funcall memento--prompts-redraw-function prompts)))))

;;;; Sync

(defvar memento--prompts-sync-process nil
  "The pipe that a running sync reports to, or nil.")

(defvar memento--prompts-unchanged-hook nil
  "Hook run after a sync that found nothing.")

(defvar memento--prompts-sync-state nil
  "How far a sync that takes its time is, for the mode line, or nil.")

(defun memento--prompts-sync-running-p ()
  "Return non-nil during a sync."
  (process-live-p memento--prompts-sync-process))

(defun memento--prompts-sync-end ()
  "Forget the running sync; its thread stops where nobody listens."
  (when memento--prompts-sync-process
    (delete-process memento--prompts-sync-process))
  (setq memento--prompts-sync-process nil
        memento--prompts-sync-state nil)
  (force-mode-line-update t))

(defun memento--prompts-sync-told (event told)
  "Say what a sync came to by its last EVENT; TOLD is whether nothing new is said."
  (let ((new (plist-get event :new))
        (turns (plist-get event :turns))
        (bad (plist-get event :bad))
        (line (plist-get event :bad-line)))
    (when (or told (> new 0) (> bad 0))
      (message
       "%s%s%s"
       (cond ((> new 0) (memento--count new "new prompt"))
             ((and told (> turns 0)) (concat "More is known of " (memento--count turns "prompt")))
             (told "No new prompts")
             (t ""))
       (if (= bad 0) ""
         (format "%s%s could not be read: %s:%d: %s%s"
                 (if (or told (> new 0)) "; " "") (memento--count bad "line")
                 (abbreviate-file-name (plist-get line :file)) (plist-get line :line) (plist-get line :reason)
                 (if (> bad 1) ", and others" "")))
       (let ((secrets (plist-get event :secrets)))
         (if (= secrets 0) ""
           (format "; %d look%s to hold a key or token" secrets (if (= secrets 1) "s" ""))))))))

(defun memento--prompts-sync-event (process event)
  "Act on EVENT of the sync that reports to PROCESS."
  (when (eq process memento--prompts-sync-process)
    (pcase (plist-get event :event)
      ('progress
       (when (> (- (float-time) (process-get process :begun)) 1)
         (let ((total (plist-get event :total)))
           (setq memento--prompts-sync-state
                 (format " [reading %d%%, %s new]"
                         (if (> total 0) (/ (* 100 (plist-get event :done)) total) 100)
                         (memento--number (plist-get event :new)))))
         (force-mode-line-update t)))
      ('done
       (let ((told (process-get process :told)))
         (memento--prompts-sync-end)
         (run-hooks (if (or (> (plist-get event :new) 0) (> (plist-get event :turns) 0))
                        'memento-prompts-changed-hook
                      'memento--prompts-unchanged-hook))
         (memento--prompts-sync-told event told)))
      ('error
       (memento--prompts-sync-end)
       (message "The prompts could not be read: %s" (plist-get event :message))))))

(defun memento--prompts-sync (told &optional restore)
  "Start a sync in the background, if there is none.
TOLD is whether to say so when there is nothing new; RESTORE whether deleted
prompts come back."
  (memento--store)
  (unless (memento--prompts-sync-running-p)
    (let ((process (memento--listen "memento-prompts" #'memento--prompts-sync-event)))
      (process-put process :told told)
      (process-put process :begun (float-time))
      (setq memento--prompts-sync-process process)
      (condition-case err
          (memento--call #'memento-core-prompt-sync (and restore '(:all t :restore t)) process)
        (error (memento--prompts-sync-end)
               (signal (car err) (cdr err)))))))

;;;###autoload
(defun memento-prompts-sync (&optional restore)
  "Read what is new in the assistant's history, in the background.
With a prefix argument RESTORE read all of it again, and bring back what was
deleted."
  (interactive "P")
  (memento--with-user-errors
    (if (memento--prompts-sync-running-p)
        (message (substitute-command-keys
                  "Prompts are being read already; \\[memento-prompts-sync-stop] stops that"))
      (memento--prompts-sync t restore)
      (message (if restore "Reading all prompts again..." "Reading new prompts...")))))

(defun memento-prompts-sync-stop ()
  "Stop reading prompts; what was read until now stays."
  (interactive)
  (unless (memento--prompts-sync-running-p)
    (user-error "No prompts are being read"))
  (memento--prompts-sync-end)
  (run-hooks 'memento-prompts-changed-hook)
  (message "Stopped; the next sync goes on there"))

(provide 'memento-prompts)
;;; memento-prompts.el ends here
